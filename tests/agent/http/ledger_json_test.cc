#include "agent/http/ledger_json.h"

#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace supercargo {
namespace {

class LedgerJson : public testing::Test {
 protected:
  std::shared_ptr<ContainerAccount> account(const std::string& output, std::string container) {
    ContainerInfo info;
    info.pod_namespace = "shop";
    info.pod = "web-1";
    info.container = std::move(container);
    return ledger_.account(output, info);
  }

  nlohmann::json json() {
    const std::vector<AccountPointer> accounts = ledger_.snapshot();
    return nlohmann::json::parse(ledger_json(accounts, now_));
  }

  Ledger ledger_;
  SteadyTime now_{std::chrono::seconds(1'000)};
};

TEST_F(LedgerJson, WritesEveryTermOfAnAccountWithItsReasons) {
  const auto ours = account("loki", "ng\"inx");
  ours->post({.written_bytes = 153,
              .delivered = {.bytes = 100, .lines = 3},
              .pending_bytes = 42,
              .dropped = {{"too_old", {.bytes = 5, .lines = 1}}},
              .lost = {{"deleted", {.bytes = 6, .lines = 2}}}});
  ours->repeated_bytes = 10;
  ours->oldest_pending = (now_ - std::chrono::milliseconds(1'500)).time_since_epoch().count();
  ours->gap("truncated");
  const auto entry = json()["accounts"].at(0);
  EXPECT_EQ(entry["output"], "loki");
  EXPECT_EQ(entry["namespace"], "shop");
  EXPECT_EQ(entry["container"], "ng\"inx");
  EXPECT_EQ(entry["written_bytes"], 153);
  EXPECT_EQ(entry["delivered_bytes"], 100);
  EXPECT_EQ(entry["delivered_lines"], 3);
  EXPECT_EQ(entry["pending_bytes"], 42);
  EXPECT_EQ(entry["dropped_bytes"], 5);
  EXPECT_EQ(entry["lost_lines"], 2);
  EXPECT_EQ(entry["difference_bytes"], 0);
  EXPECT_EQ(entry["oldest_pending_seconds"], 1.5);
  EXPECT_EQ(entry["repeated_bytes"], 10);
  EXPECT_EQ(entry["dropped"]["too_old"]["bytes"], 5);
  EXPECT_EQ(entry["lost"]["deleted"]["lines"], 2);
  EXPECT_EQ(entry["gaps"]["truncated"], 1);
}

TEST_F(LedgerJson, TellsADifference) {
  account("loki", "app")->post({.written_bytes = 10, .delivered = {12, 1}, .pending_bytes = 1});
  EXPECT_EQ(json()["accounts"][0]["difference_bytes"], -3);
  EXPECT_EQ(json()["outputs"][0]["difference_bytes"], -3);
}

TEST_F(LedgerJson, SumsUpByOutput) {
  const LedgerTerms terms{
      .written_bytes = 10, .delivered = {4, 1}, .pending_bytes = 5, .dropped = {{"x", {1, 1}}}};
  const auto app = account("loki", "app");
  app->post(terms);
  app->oldest_pending = (now_ - std::chrono::seconds(2)).time_since_epoch().count();
  const auto db = account("loki", "db");
  db->post(terms);
  db->oldest_pending = (now_ - std::chrono::seconds(7)).time_since_epoch().count();
  db->gap("truncated");
  account("graylog", "app")->post(terms);
  const auto outputs = json()["outputs"];
  ASSERT_EQ(outputs.size(), 2U);
  EXPECT_EQ(outputs[0]["output"], "graylog");
  EXPECT_EQ(outputs[0]["written_bytes"], 10);
  EXPECT_EQ(outputs[1]["output"], "loki");
  EXPECT_EQ(outputs[1]["written_bytes"], 20);
  EXPECT_EQ(outputs[1]["delivered_lines"], 2);
  EXPECT_EQ(outputs[1]["pending_bytes"], 10);
  EXPECT_EQ(outputs[1]["dropped"]["x"]["bytes"], 2);
  EXPECT_EQ(outputs[1]["gaps"]["truncated"], 1);
  EXPECT_EQ(outputs[1]["oldest_pending_seconds"], 7);
}

TEST_F(LedgerJson, WritesAnEmptyLedger) {
  EXPECT_EQ(ledger_json({}, now_), "{\"outputs\":[],\"accounts\":[]}\n");
}

}  // namespace
}  // namespace supercargo
