// Which collectors run, and which options are wrong.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectors/node/node_collectors.h"
#include "tests/collectors/node/host_tree.h"

namespace supercargo {
namespace {

using test::HostTree;

TEST(NodeOptions, AreSwitchedOffByName) {
  NodeOptions options = HostTree().options();
  options.config.disabled_collectors = {"cpu", "textfile"};
  EXPECT_TRUE(check_node_options(options));
  std::set<std::string_view> names;
  const auto collectors = make_node_collectors(options);
  for (const std::unique_ptr<Collector>& collector : collectors) {
    names.insert(collector->name());
  }
  EXPECT_FALSE(names.contains("cpu"));
  EXPECT_FALSE(names.contains("textfile"));
  EXPECT_TRUE(names.contains("stat"));
}

std::set<std::string, std::less<>> names_of(const NodeOptions& options) {
  std::set<std::string, std::less<>> names;
  for (const std::unique_ptr<Collector>& collector : make_node_collectors(options)) {
    names.emplace(collector->name());
  }
  return names;
}

TEST(NodeOptions, ThoseOffByDefaultRunByNameOrAllOfThem) {
  NodeOptions options = HostTree().options();
  EXPECT_FALSE(names_of(options).contains("interrupts"));
  EXPECT_TRUE(families_asked_for(options).empty());
  options.config.enabled_collectors = {"interrupts", "cpu"};
  EXPECT_TRUE(names_of(options).contains("interrupts"));
  EXPECT_FALSE(names_of(options).contains("processes"));
  EXPECT_THAT(families_asked_for(options), ::testing::ElementsAre("node_interrupts_total"));
  options.full = true;
  options.config.stat_softirq = true;
  options.config.disabled_collectors = {"interrupts"};
  EXPECT_FALSE(names_of(options).contains("interrupts")) << "off is off";
  EXPECT_TRUE(names_of(options).contains("processes"));
  EXPECT_THAT(families_asked_for(options), ::testing::ElementsAre("node_softirqs_total"));
}

TEST(NodeOptions, ANameThatIsNobodysIsAConfigurationError) {
  NodeOptions options;
  options.config.enabled_collectors = {"cpus"};
  ASSERT_FALSE(check_node_options(options));
  EXPECT_EQ(check_node_options(options).error().message,
            "metrics.node.enabled_collectors: no collector of the node is named \"cpus\"; did you "
            "mean \"cpu\"?");
  options.config.enabled_collectors = {};
  options.config.disabled_collectors = {""};
  ASSERT_FALSE(check_node_options(options));
  EXPECT_EQ(check_node_options(options).error().message,
            "metrics.node.disabled_collectors: no collector of the node is named \"\"");
}

TEST(NodeOptions, APatternThatIsNoneIsAConfigurationError) {
  NodeOptions options;
  EXPECT_TRUE(check_node_options(options));
  options.config.diskstats_device_exclude = "(";
  const Status status = check_node_options(options);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kConfig);
}

}  // namespace
}  // namespace supercargo
