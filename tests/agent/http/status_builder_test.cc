#include "agent/http/status_builder.h"

#include <array>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::array<MetricDesc, 2> kFamilies{{
    {"container_cpu_usage_seconds_total", "", MetricKind::kCounter},
    {"container_memory_working_set_bytes", "", MetricKind::kGauge},
}};

ContainerInfo container_of(const char* pod) {
  ContainerInfo info;
  info.pod_namespace = "shop";
  info.pod = pod;
  info.container = "app";
  return info;
}

class StatusBuilderTest : public testing::Test {
 protected:
  StatusBuilderTest() {
    output_.name = "loki";
    account_ = ledger_.account("loki", container_of("web"));
  }

  StatusSnapshot look(double cpu_seconds, double memory_bytes) {
    SampleSet set(kFamilies);
    const auto labels =
        set.add_labels({{"namespace", "shop"}, {"pod", "web"}, {"container", "app"}});
    set.add(0, labels, cpu_seconds);
    set.add(1, labels, memory_bytes);
    const std::array<const SampleSet*, 1> sets{&set};
    const std::vector<AccountPointer> accounts = ledger_.snapshot();
    return builder_.build({.samples = sets,
                           .sampled_at = now_,
                           .accounts = accounts,
                           .outputs = {output_},
                           .now = now_});
  }

  Ledger ledger_;
  std::shared_ptr<ContainerAccount> account_;
  OutputStatus output_;
  SteadyTime now_ = SteadyTime(seconds(1'000));
  StatusBuilder builder_{"1.2.3", "node-1", SteadyTime(seconds(400))};
};

TEST_F(StatusBuilderTest, JoinsUsageAndAccountsByContainer) {
  account_->pending_bytes = 50;
  account_->oldest_pending = (now_ - milliseconds(2'500)).time_since_epoch().count();
  const StatusSnapshot status = look(10, 4096);
  EXPECT_EQ(status.version, "1.2.3");
  EXPECT_EQ(status.node, "node-1");
  EXPECT_EQ(status.uptime_seconds, 600);
  ASSERT_EQ(status.containers.size(), 1U);
  const ContainerStatus& row = status.containers[0];
  EXPECT_EQ(row.pod_namespace + "/" + row.pod + "/" + row.container, "shop/web/app");
  EXPECT_EQ(row.memory_bytes, 4096);
  EXPECT_EQ(row.cpu_cores, std::nullopt) << "there was no look before";
  ASSERT_TRUE(row.lags.at(0));
  EXPECT_EQ(row.lags[0]->pending_bytes, 50U);
  EXPECT_EQ(row.lags[0]->oldest_seconds, 2.5);
}

TEST_F(StatusBuilderTest, GivesRatesBetweenTwoLooks) {
  look(10, 1);
  account_->post({.written_bytes = 2'000,
                  .delivered = {.bytes = 1'800, .lines = 9},
                  .pending_bytes = 200,
                  .dropped = {},
                  .lost = {}});
  now_ += seconds(4);
  const StatusSnapshot status = look(11, 1);
  EXPECT_EQ(status.rate_window_seconds, 4);
  EXPECT_EQ(status.containers[0].cpu_cores, 0.25);
  EXPECT_EQ(status.containers[0].log_bytes_per_second, 500);
}

TEST_F(StatusBuilderTest, KeepsItsBaseWhenSomebodyReloadsQuickly) {
  look(10, 1);
  now_ += seconds(2);
  look(12, 1);
  now_ += milliseconds(500);
  const StatusSnapshot status = look(12.5, 1);
  EXPECT_EQ(status.rate_window_seconds, 2.5);
  EXPECT_EQ(status.containers[0].cpu_cores, 1);
}

TEST_F(StatusBuilderTest, GivesNoRateWhenACounterBeganAgain) {
  look(10, 1);
  now_ += seconds(2);
  EXPECT_EQ(look(3, 1).containers[0].cpu_cores, std::nullopt);
}

TEST_F(StatusBuilderTest, ShowsAContainerThatOnlyOneSideKnows) {
  const auto gone = ledger_.account("loki", container_of("gone"));
  const StatusSnapshot status = look(1, 1);
  ASSERT_EQ(status.containers.size(), 2U);
  EXPECT_EQ(status.containers[0].pod, gone->pod);
  EXPECT_EQ(status.containers[0].memory_bytes, std::nullopt);
  EXPECT_TRUE(status.containers[0].lags[0]);
}

}  // namespace
}  // namespace supercargo
