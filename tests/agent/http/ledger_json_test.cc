#include "agent/http/ledger_json.h"

#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace supercargo {
namespace {

TEST(LedgerJson, WritesEveryAccountWithItsReasons) {
  Ledger ledger;
  ContainerInfo info;
  info.pod_namespace = "shop";
  info.pod = "web-1";
  info.container = "ng\"inx";
  const auto account = ledger.account("loki", info);
  account->delivered_bytes = 100;
  account->delivered_lines = 3;
  account->repeated_bytes = 10;
  account->pending_bytes = 42;
  account->oldest_pending_unix_ms = 1'700'000'000'123;
  account->drop("too_old", {.bytes = 5, .lines = 1});
  account->lose("deleted", {.bytes = 6, .lines = 2});
  account->gap("truncated");
  const std::vector<AccountPointer> accounts = ledger.snapshot();
  const auto json = nlohmann::json::parse(ledger_json(accounts));
  ASSERT_EQ(json["accounts"].size(), 1U);
  const auto& entry = json["accounts"][0];
  EXPECT_EQ(entry["output"], "loki");
  EXPECT_EQ(entry["namespace"], "shop");
  EXPECT_EQ(entry["container"], "ng\"inx");
  EXPECT_EQ(entry["delivered_bytes"], 100);
  EXPECT_EQ(entry["delivered_lines"], 3);
  EXPECT_EQ(entry["repeated_bytes"], 10);
  EXPECT_EQ(entry["pending_bytes"], 42);
  EXPECT_EQ(entry["oldest_pending_unix_ms"], 1'700'000'000'123);
  EXPECT_EQ(entry["dropped"]["too_old"]["bytes"], 5);
  EXPECT_EQ(entry["lost"]["deleted"]["lines"], 2);
  EXPECT_EQ(entry["gaps"]["truncated"], 1);
}

TEST(LedgerJson, WritesAnEmptyLedger) {
  EXPECT_EQ(ledger_json({}), "{\"accounts\":[]}\n");
}

}  // namespace
}  // namespace supercargo
