#include "agent/pipeline/output_totals.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

std::shared_ptr<ContainerAccount> account_of(Ledger& ledger,
                                             const std::string& output,
                                             const std::string& container) {
  ContainerInfo info;
  info.container = container;
  return ledger.account(output, info);
}

TEST(OutputTotals, AreTheSumsOfTheContainersOfEachOutput) {
  Ledger ledger;
  const SteadyTime now = steady_now();
  const auto app = account_of(ledger, "loki", "app");
  app->delivered_bytes = 100;
  app->delivered_lines = 4;
  app->pending_bytes = 7;
  app->oldest_pending = (now - std::chrono::seconds(3)).time_since_epoch().count();
  app->drop("too_old", {10, 2});
  app->drop("refused", {10, 1});
  const auto sidecar = account_of(ledger, "loki", "sidecar");
  sidecar->delivered_bytes = 50;
  sidecar->pending_bytes = 1;
  sidecar->oldest_pending = (now - std::chrono::seconds(2)).time_since_epoch().count();
  account_of(ledger, "graylog", "app")->delivered_lines = 9;
  account_of(ledger, "gone", "app")->delivered_lines = 1'000;

  std::vector<OutputStatus> outputs(2);
  outputs[0].name = "loki";
  outputs[1].name = "graylog";
  add_totals(ledger, now, outputs);
  EXPECT_EQ(outputs[0].delivered_bytes, 150U);
  EXPECT_EQ(outputs[0].delivered_lines, 4U);
  EXPECT_EQ(outputs[0].pending_bytes, 8U);
  EXPECT_EQ(outputs[0].dropped_lines, 3U);
  EXPECT_NEAR(outputs[0].oldest_pending_seconds, 3, 0.1);
  EXPECT_EQ(outputs[1].delivered_lines, 9U);
  EXPECT_EQ(outputs[1].pending_bytes, 0U);
}

}  // namespace
}  // namespace supercargo
