// Answers that mean "not now": who waits, how long, and that nothing is lost. With all parts of the
// agent.

#include <gmock/gmock.h>

#include "tests/exporters/loki/loki_node.h"

namespace supercargo {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using test::LokiFault;
using test::LokiNode;
using test::LokiNodeOptions;
using test::numbered;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;

constexpr const char* kWeb = "shop/web-1/app";
constexpr const char* kDb = "shop/db-1/app";

void write_all(LokiNode& node,
               const std::string& container,
               const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    node.write(container, text);
  }
}

std::uint64_t answers(LokiNode& node, int status) {
  const auto counters = node.loki().counters();
  const auto found = counters.answers.find(status);
  return found == counters.answers.end() ? 0 : found->second;
}

TEST(LokiScenariosWaits, TheTenantsRateHoldsAllAndLosesNothing) {
  LokiNodeOptions options;
  options.loki.limits.ingestion_rate = 20'000;
  options.loki.limits.ingestion_burst = 30'000;
  options.delivery.batch_bytes = 20'000;
  LokiNode node(options);
  const std::vector<std::string> texts = numbered(1'000, 200);
  write_all(node, kWeb, texts);
  write_all(node, kDb, texts);
  EXPECT_TRUE(node.deliver());
  EXPECT_THAT(node.stored(kWeb), ElementsAreArray(texts));
  EXPECT_THAT(node.stored(kDb), ElementsAreArray(texts));
  EXPECT_GT(answers(node, 429), 0U);
  EXPECT_LT(answers(node, 429), answers(node, 204)) << "it keeps to the rate that it was told";
}

TEST(LokiScenariosWaits, AStreamAboveItsRateWaitsAloneAndTheOthersGoOn) {
  for (const std::uint64_t whole_stream : {1U, 0U}) {
    LokiNodeOptions options;
    options.loki.limits.stream_rate = 5'000;
    options.loki.limits.stream_burst = 20'000;
    options.loki.limits.whole_stream = whole_stream;
    LokiNode node(options);
    const std::vector<std::string> many = numbered(1'000, 200);
    write_all(node, kWeb, many);
    node.run(seconds(5));
    node.write(kDb, "quiet");
    node.run(seconds(5));
    EXPECT_THAT(node.stored(kDb), ElementsAre("quiet"));
    EXPECT_LT(node.stored(kWeb).size(), 900U);
    EXPECT_TRUE(node.deliver());
    EXPECT_THAT(node.stored(kWeb), testing::IsSupersetOf(many));
    EXPECT_EQ(node.account(kWeb).delivered.lines, many.size());
    EXPECT_THAT(node.dropped(kWeb), IsEmpty());
    EXPECT_EQ(node.loki().counters().lost_silently, 0U);
    EXPECT_LT(answers(node, 429), 30U);
  }
}

TEST(LokiScenariosWaits, AStreamAboveItsRateIsSentNearlyAsFastAsItMayBe) {
  for (const std::uint64_t whole_stream : {1U, 0U}) {
    LokiNodeOptions options;
    options.loki.limits.stream_rate = 50'000;
    options.loki.limits.stream_burst = 100'000;
    options.loki.limits.whole_stream = whole_stream;
    LokiNode node(options);
    const std::vector<std::string> many = numbered(25'000, 200);  // 5 MB, of which 3 MB in a minute
    write_all(node, kWeb, many);
    node.run(seconds(60));
    EXPECT_GT(node.account(kWeb).delivered.lines, 10'500U) << "whole_stream " << whole_stream;
    EXPECT_EQ(node.loki().counters().lost_silently, 0U);
  }
}

TEST(LokiScenariosWaits, LinesAboveTheBurstAreGivenUpOneByOneAndCostTheOthersLittleTime) {
  for (const std::uint64_t whole_stream : {1U, 0U}) {
    LokiNodeOptions options;
    options.loki.limits.stream_rate = 10'000;
    options.loki.limits.stream_burst = 20'000;
    options.loki.limits.whole_stream = whole_stream;
    LokiNode node(options);
    std::vector<std::string> taken;
    for (int i = 0; i < 60; ++i) {
      const bool large = i % 15 == 0;
      const std::string text = std::to_string(i) + std::string(large ? 25'000 : 200, 'x');
      node.write(kWeb, text);
      if (!large) {
        taken.push_back(text);
      }
    }
    EXPECT_TRUE(node.deliver(minutes(5)));
    EXPECT_THAT(node.stored(kWeb), testing::IsSupersetOf(taken));
    EXPECT_EQ(node.account(kWeb).delivered.lines, taken.size());
    EXPECT_THAT(node.dropped(kWeb), ElementsAre(testing::Pair("stream_rate", 4)));
  }
}

TEST(LokiScenariosWaits, APushLargerThanTheBurstIsMadeSmaller) {
  LokiNodeOptions options;
  options.loki.limits.stream_rate = 50'000;
  options.loki.limits.stream_burst = 10'000;
  LokiNode node(options);
  const std::vector<std::string> many = numbered(500, 200);
  write_all(node, kWeb, many);
  EXPECT_TRUE(node.deliver());
  EXPECT_THAT(node.stored(kWeb), ElementsAreArray(many));
}

TEST(LokiScenariosWaits, StreamsAboveTheirNumberWaitAndNoneIsLostSilently) {
  LokiNodeOptions options;
  options.loki.limits.max_streams = 2;
  LokiNode node(options);
  const auto pod = [](int i) { return "shop/web-" + std::to_string(i) + "/app"; };
  for (int i = 0; i < 5; ++i) {
    write_all(node, pod(i), {"first", "second"});
  }
  node.run(seconds(30));
  EXPECT_EQ(node.loki().counters().streams, 2U);
  EXPECT_EQ(node.loki().counters().stored_lines, 4U);
  EXPECT_EQ(node.loki().counters().lost_silently, 0U);
  node.loki().set_limits({});
  EXPECT_TRUE(node.deliver());
  for (int i = 0; i < 5; ++i) {
    EXPECT_THAT(node.stored(pod(i)), ElementsAre("first", "second"));
    EXPECT_THAT(node.dropped(pod(i)), IsEmpty());
  }
}

TEST(LokiScenariosWaits, RetryAfterIsHonoured) {
  LokiNode node;
  LokiFault fault;
  fault.status = 503;
  fault.retry_after = "20";
  node.loki().add_fault(fault);
  node.write(kWeb, "a");
  node.run(seconds(15));
  EXPECT_EQ(node.loki().counters().requests, 1U);
  EXPECT_TRUE(node.deliver());
  EXPECT_THAT(node.stored(kWeb), ElementsAre("a"));
}

TEST(LokiScenariosWaits, WhatPeopleMustSetRightIsTriedSlowlyAndKept) {
  for (const std::uint64_t status : {401U, 403U, 404U}) {
    LokiNodeOptions options;
    options.loki.limits.answer_status = status;
    LokiNode node(options);
    node.write(kWeb, "kept");
    node.run(minutes(3));
    EXPECT_GE(node.loki().counters().requests, 2U);
    EXPECT_LE(node.loki().counters().requests, 12U);
    node.loki().set_limits({});
    EXPECT_TRUE(node.deliver());
    EXPECT_THAT(node.stored(kWeb), ElementsAre("kept"));
    EXPECT_THAT(node.dropped(kWeb), IsEmpty());
  }
}

TEST(LokiScenariosWaits, BlockedIngestionIsWaitedFor) {
  LokiNodeOptions options;
  options.loki.limits.blocked_until_s =
      static_cast<std::uint64_t>(unix_nanoseconds_now()) / 1'000'000'000 + 120;
  LokiNode node(options);
  node.write(kWeb, "kept");
  node.run(seconds(100));
  EXPECT_LE(node.loki().counters().requests, 3U);
  EXPECT_TRUE(node.deliver());
  EXPECT_THAT(node.stored(kWeb), ElementsAre("kept"));
}

TEST(LokiScenariosWaits, FailuresOfServerAndConnectionLoseNothing) {
  LokiNode node;
  for (const int status : {500, 502, 503, 504}) {
    LokiFault fault;
    fault.status = status;
    node.loki().add_fault(fault);
  }
  for (const auto close : {LokiFault::Close::kBeforeStoring, LokiFault::Close::kAfterStoring}) {
    LokiFault fault;
    fault.close = close;
    node.loki().add_fault(fault);
  }
  LokiFault cut;
  cut.cut_bytes = 10;
  node.loki().add_fault(cut);
  write_all(node, kWeb, {"a", "b"});
  EXPECT_TRUE(node.deliver());
  EXPECT_THAT(node.stored(kWeb), testing::IsSupersetOf({"a", "b"}));
  EXPECT_EQ(node.account(kWeb).delivered.lines, 2U);
  EXPECT_THAT(node.dropped(kWeb), IsEmpty());
}

TEST(LokiScenariosWaits, AnOutageWithErrorsIsNoReasonToGiveAnyLineUp) {
  LokiNodeOptions options;
  options.delivery.backoff = DeliveryConfig().backoff;
  LokiNode node(options);
  LokiFault fault;
  fault.status = 500;
  node.loki().add_fault(fault, 1'000'000);
  const std::vector<std::string> many = numbered(200);
  write_all(node, kWeb, many);
  write_all(node, kDb, many);
  node.run(minutes(10));
  EXPECT_THAT(node.dropped(kWeb), IsEmpty());
  EXPECT_LT(node.loki().counters().requests, 400U);
  node.loki().lift_faults();
  EXPECT_TRUE(node.deliver());
  EXPECT_THAT(node.stored(kWeb), ElementsAreArray(many));
}

TEST(LokiScenariosWaits, NoStreamOfAPushHidesTheRefusalOfAnother) {
  LokiNodeOptions options;
  options.loki.limits.stream_rate = 2'000;
  options.loki.limits.stream_burst = 8'000;
  LokiNode node(options);
  const auto pod = [](int i) { return "shop/web-" + std::to_string(i) + "/app"; };
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 6; ++i) {
      write_all(node, pod(i), numbered(20 + 10 * i, 100, 1'000 * round));
    }
    node.run(seconds(3));
  }
  EXPECT_TRUE(node.deliver());
  EXPECT_EQ(node.loki().counters().lost_silently, 0U);
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(node.account(pod(i)).delivered.lines, 3U * (20 + 10 * static_cast<unsigned>(i)));
  }
}

}  // namespace
}  // namespace supercargo
