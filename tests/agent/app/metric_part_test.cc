#include "agent/app/metric_part.h"

#include <future>
#include <latch>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using std::chrono::seconds;

HostPaths empty_host(const test::TempTree& tree) {
  HostPaths host;
  host.root = host.proc = host.sys = host.cgroup = host.run = tree.root().string();
  return host;
}

struct Metrics {
  Result<std::unique_ptr<MetricPart>> create(const AgentConfig& config) {
    return MetricPart::create(config,
                              empty_host(tree),
                              ledger,
                              self_metrics,
                              std::make_shared<PodStore>(),
                              std::make_shared<LifecycleBoard>());
  }

  test::TempTree tree;
  Ledger ledger;
  SelfMetrics self_metrics;
};

TEST(MetricPart, IsHealthyUntilOneScrapeTakesLongerThanAnyMay) {
  Metrics metrics;
  const auto part = metrics.create(AgentConfig{});
  ASSERT_TRUE(part) << part.error().message;
  std::string why;
  EXPECT_TRUE((*part)->healthy(steady_now() + seconds(1'000), why));
  std::latch answered(1);
  std::promise<void> go_on;
  (*part)->scraper().scrape({.endpoint = Endpoint::kCadvisor}, [&](const auto&) {
    answered.count_down();
    go_on.get_future().wait();  // what no reply does
  });
  answered.wait();
  const SteadyTime began = *(*part)->scraper().busy_since();
  EXPECT_TRUE((*part)->healthy(began + seconds(120), why)) << why;
  EXPECT_FALSE((*part)->healthy(began + seconds(121), why));
  EXPECT_EQ(why, "thread collect has not moved for 121 s");
  go_on.set_value();
  while ((*part)->scraper().busy_since()) {
    std::this_thread::yield();
  }
  EXPECT_TRUE((*part)->healthy(steady_now() + seconds(1'000), why));
}

TEST(MetricPart, NamesAFilterThatCannotBeCompiled) {
  Metrics metrics;
  AgentConfig config;
  config.metrics.include_families = {"("};
  const auto part = metrics.create(config);
  ASSERT_FALSE(part);
  EXPECT_NE(part.error().message.find("metrics.include_families"), std::string::npos);
}

}  // namespace
}  // namespace supercargo
