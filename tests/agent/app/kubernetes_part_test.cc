#include "agent/app/kubernetes_part.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace supercargo {
namespace {

using ::testing::HasSubstr;
using State = PodFacts::State;

const EnvironmentLookup kNothing = [](std::string_view) { return std::nullopt; };

TEST(KubernetesPartTest, IsOffWhereItIsConfiguredSo) {
  AgentConfig config;
  config.kubernetes.api = "off";
  const auto part = KubernetesPart::create(config, nullptr, kNothing);
  EXPECT_EQ(part->store()->facts()->state, State::kOff);
  EXPECT_EQ(part->store()->facts()->why, "switched off by kubernetes.api");
}

TEST(KubernetesPartTest, OutsideOfAClusterItSaysSoAndIsOff) {
  for (const char* api : {"auto", "on"}) {
    AgentConfig config;
    config.kubernetes.api = api;
    const auto part = KubernetesPart::create(config, nullptr, kNothing);
    EXPECT_EQ(part->store()->facts()->state, State::kOff);
    EXPECT_THAT(part->store()->facts()->why, HasSubstr("not in a cluster"));
  }
}

TEST(KubernetesPartTest, AsksTheServerThatIsConfigured) {
  AgentConfig config;
  config.node_name = "node-1";
  config.kubernetes.url = "http://127.0.0.1:1";
  const auto part = KubernetesPart::create(config, nullptr, kNothing);
  EXPECT_EQ(part->store()->facts()->state, State::kStarting);
}

TEST(KubernetesPartTest, OutlivesAReloadThatDoesNotConcernIt) {
  AgentConfig config;
  config.kubernetes.url = "http://127.0.0.1:1";
  const auto part = KubernetesPart::create(config, nullptr, kNothing);
  config.log_level = "debug";
  EXPECT_EQ(KubernetesPart::create(config, part, kNothing), part);
  config.kubernetes.pod_labels = {"app"};
  const auto other = KubernetesPart::create(config, part, kNothing);
  EXPECT_NE(other, part);
  LokiConfig loki;
  loki.tenant_annotation = "example.com/tenant";
  config.outputs.emplace_back().kind = loki;
  EXPECT_NE(KubernetesPart::create(config, other, kNothing), other) << "one more is to be kept";
  config.outputs.clear();
  config.node_name = "other";
  EXPECT_NE(KubernetesPart::create(config, other, kNothing), other);
}

}  // namespace
}  // namespace supercargo
