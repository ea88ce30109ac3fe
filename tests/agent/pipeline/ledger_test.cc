#include "agent/pipeline/ledger.h"

#include <thread>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

ContainerInfo container(std::string name, std::uint32_t restart = 0) {
  ContainerInfo info;
  info.pod_namespace = "shop";
  info.pod = "web-1";
  info.container = std::move(name);
  info.restart = restart;
  return info;
}

TEST(Ledger, OneAccountForAllRestartsOfAContainerAndOneForEachOutput) {
  Ledger ledger;
  const auto app = ledger.account("loki", container("app"));
  EXPECT_EQ(ledger.account("loki", container("app", 7)), app);
  EXPECT_NE(ledger.account("graylog", container("app")), app);
  EXPECT_NE(ledger.account("loki", container("sidecar")), app);
  EXPECT_EQ(app->output, "loki");
  EXPECT_EQ(app->pod, "web-1");
}

TEST(Ledger, LinesThatAreNotAContainersOwnHaveAnAccountTogether) {
  Ledger ledger;
  ContainerInfo one = container("app");
  one.source = "supercargo_events";
  ContainerInfo other = container("sidecar");
  other.source = "supercargo_events";
  const auto account = ledger.account("loki", one);
  EXPECT_EQ(ledger.account("loki", other), account);
  EXPECT_NE(ledger.account("loki", container("app")), account);
  EXPECT_EQ(account->container, "supercargo_events");
  EXPECT_EQ(account->pod, "");
}

TEST(Ledger, SumsUpByReason) {
  Ledger ledger;
  const auto account = ledger.account("loki", container("app"));
  account->drop("too_old", {100, 2});
  account->drop("too_old", {50, 1});
  account->drop("refused", {10, 1});
  account->lose("deleted", {7, 1});
  account->gap("truncated");
  account->gap("truncated");
  EXPECT_EQ(account->dropped().at("too_old").bytes, 150U);
  EXPECT_EQ(account->dropped().at("too_old").lines, 3U);
  EXPECT_EQ(account->dropped().at("refused").bytes, 10U);
  EXPECT_EQ(account->lost().at("deleted").bytes, 7U);
  EXPECT_EQ(account->gaps().at("truncated"), 2U);
  EXPECT_FALSE(account->lost().contains("truncated")) << "of unknown size: no amount";
}

TEST(Ledger, TermsThatArePostedTogetherAreReadTogether) {
  Ledger ledger;
  const auto account = ledger.account("loki", container("app"));
  std::jthread writer([&account] {
    for (int i = 0; i < 2'000; ++i) {
      account->post({.written_bytes = 10,
                     .delivered = {3, 1},
                     .pending_bytes = 2,
                     .dropped = {{"refused", {1, 1}}},
                     .lost = {{"deleted", {4, 1}}}});
    }
  });
  LedgerTerms terms;
  do {
    terms = account->terms();
    ASSERT_EQ(terms.difference(), 0);
  } while (terms.delivered.lines < 2'000);
  EXPECT_EQ(terms.written_bytes, 20'000U);
  EXPECT_EQ(sum_of(terms.lost).lines, 2'000U);
}

TEST(Ledger, WhatPendsOverAReloadIsNotWrittenTwice) {
  Ledger ledger;
  const auto account = ledger.account("loki", container("app"));
  account->post({.written_bytes = 100, .delivered = {60, 6}, .pending_bytes = 40});
  account->abandon_pending("/pods/app", 40);
  EXPECT_EQ(account->pending_bytes, 40U) << "nobody reads, but it pends";
  account->post({.written_bytes = 55, .pending_bytes = 55}, "/pods/app");
  EXPECT_EQ(account->written_bytes, 115U);
  EXPECT_EQ(account->pending_bytes, 55U);
  EXPECT_EQ(account->terms().difference(), 0);
}

TEST(Ledger, WhatNoReaderTakesUpAfterAReloadIsLost) {
  Ledger ledger;
  const auto account = ledger.account("loki", container("app"));
  account->post({.written_bytes = 100, .delivered = {60, 6}, .pending_bytes = 40});
  account->abandon_pending("/pods/app", 40);
  account->post({.written_bytes = 30, .pending_bytes = 30}, "/pods/app");
  account->lose_abandoned("/pods/app");
  account->lose_abandoned("/pods/app");
  EXPECT_EQ(account->lost().at("gone_during_reload").bytes, 10U);
  EXPECT_EQ(account->pending_bytes, 30U);
  EXPECT_EQ(account->terms().difference(), 0);
}

TEST(Ledger, WhatOneChainHasLeftIsNotTakenUpByAnother) {
  Ledger ledger;
  const auto account = ledger.account("loki", container("access.log"));
  account->post({.written_bytes = 70, .pending_bytes = 70});
  account->abandon_pending("/a/access.log", 40);
  account->abandon_pending("/b/access.log", 30);
  account->post({.written_bytes = 50, .pending_bytes = 50}, "/b/access.log");
  EXPECT_EQ(account->written_bytes, 90U);
  EXPECT_EQ(account->pending_bytes, 90U);
  ledger.lose_abandoned_unless("graylog", [](const std::string&) { return false; });
  EXPECT_EQ(account->pending_bytes, 90U);
  ledger.lose_abandoned_unless("loki", [](const std::string& chain) { return chain[1] == 'b'; });
  EXPECT_EQ(account->pending_bytes, 50U);
  EXPECT_EQ(account->lost().at("gone_during_reload").bytes, 40U);
  EXPECT_EQ(account->terms().difference(), 0);
}

TEST(Ledger, SnapshotIsOrdered) {
  Ledger ledger;
  const auto b = ledger.account("loki", container("b"));
  const auto a = ledger.account("loki", container("a"));
  ASSERT_EQ(ledger.snapshot().size(), 2U);
  EXPECT_EQ(ledger.snapshot()[0]->container, "a");
  EXPECT_EQ(ledger.snapshot()[1]->container, "b");
}

TEST(Ledger, KeepsWhatNobodyHoldsForAFewScrapesAndLossesForLonger) {
  Ledger ledger;
  const auto used = ledger.account("loki", container("used"));
  (void)ledger.account("loki", container("gone"));
  ledger.account("loki", container("missing"))->gap("truncated");
  SteadyTime now{std::chrono::hours(1)};
  ledger.forget_unused(now);
  EXPECT_EQ(ledger.snapshot().size(), 3U);
  ledger.forget_unused(now += Ledger::kKeep);
  ASSERT_EQ(ledger.snapshot().size(), 2U);
  EXPECT_EQ(ledger.snapshot()[0]->container, "missing");
  ledger.forget_unused(now += Ledger::kKeepLoss);
  ASSERT_EQ(ledger.snapshot().size(), 1U);
  EXPECT_EQ(ledger.snapshot()[0], used);
}

TEST(Ledger, AnAccountThatIsTakenUpAgainIsKept) {
  Ledger ledger;
  SteadyTime now{std::chrono::hours(1)};
  (void)ledger.account("loki", container("a"));
  ledger.forget_unused(now);
  const auto again = ledger.account("loki", container("a"));
  ledger.forget_unused(now += Ledger::kKeep);
  EXPECT_EQ(ledger.snapshot().size(), 1U);
}

TEST(Ledger, IsReadWhileItIsWritten) {
  Ledger ledger;
  std::jthread writer([&ledger] {
    for (std::uint64_t i = 0; i < 2'000; ++i) {
      const auto account = ledger.account("loki", container("c" + std::to_string(i % 10)));
      account->delivered_bytes.fetch_add(1, std::memory_order_relaxed);
      account->drop("refused", {1, 1});
    }
  });
  std::uint64_t seen = 0;
  for (int i = 0; i < 200; ++i) {
    std::uint64_t dropped = 0;
    for (const auto& account : ledger.snapshot()) {
      for (const auto& [reason, amount] : account->dropped()) {
        dropped += amount.lines;
      }
    }
    EXPECT_GE(dropped, seen);
    seen = dropped;
  }
}

}  // namespace
}  // namespace supercargo
