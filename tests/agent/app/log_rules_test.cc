#include "agent/app/log_rules.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

AgentConfig two_outputs() {
  AgentConfig config;
  config.logs.environment = "production";
  config.outputs.resize(2);
  config.outputs[0].namespaces = {"shop-*"};
  config.outputs[1].namespaces = {"till"};
  return config;
}

ContainerInfo of(const std::string& pod_namespace) {
  ContainerInfo container;
  container.pod_namespace = pod_namespace;
  return container;
}

TEST(LogRules, AreAFilterForEachOutputThatDoesNotWantAll) {
  AgentConfig config = two_outputs();
  config.outputs.emplace_back();
  const Result<LogRules> rules = make_log_rules(config);
  ASSERT_TRUE(rules);
  ASSERT_EQ(rules->filters.size(), 3U);
  EXPECT_TRUE(rules->filters[0](of("shop-1")));
  EXPECT_FALSE(rules->filters[1](of("shop-1")));
  EXPECT_FALSE(rules->filters[2]) << "it wants all";
  EXPECT_EQ(rules->place.environment_of("shop-1"), "production");
}

TEST(LogRules, WantWhatAnyOutputWants) {
  AgentConfig config = two_outputs();
  const LogFilter wanted = wanted_by_any((*make_log_rules(config)).filters);
  EXPECT_TRUE(wanted(of("shop-1")));
  EXPECT_TRUE(wanted(of("till")));
  EXPECT_FALSE(wanted(of("kube-system")));
  config.outputs[1].namespaces.clear();
  EXPECT_FALSE(wanted_by_any((*make_log_rules(config)).filters));
}

TEST(LogRules, RefuseABrokenPatternAndNameItsOutput) {
  AgentConfig config = two_outputs();
  config.outputs[1].name = "graylog";
  config.outputs[1].namespaces = {"/(/"};
  const Result<LogRules> rules = make_log_rules(config);
  ASSERT_FALSE(rules);
  EXPECT_NE(rules.error().message.find("output graylog"), std::string::npos);
}

}  // namespace
}  // namespace supercargo
