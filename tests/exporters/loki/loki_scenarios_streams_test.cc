// Streams, their labels and their order; how much is sent at a time. With all parts of the agent.

#include <set>

#include <gmock/gmock.h>

#include "tests/exporters/loki/loki_node.h"

namespace supercargo {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using test::LokiFault;
using test::LokiLine;
using test::LokiNode;
using test::LokiNodeOptions;
using test::numbered;
using testing::Contains;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;
using testing::Pair;

constexpr const char* kWeb = "shop/web-1/app";
constexpr const char* kDb = "shop/db-1/app";

void write_all(LokiNode& node,
               const std::string& container,
               const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    node.write(container, text);
  }
}

TEST(LokiScenariosStreams, AContainerHasOneStreamForEachOfItsStreamNames) {
  LokiNode node;
  node.write(kWeb, "out");
  node.write(kWeb, "err", {}, "stderr");
  node.write(kDb, "of another");
  EXPECT_TRUE(node.deliver());
  EXPECT_EQ(node.loki().counters().streams, 3U);
  for (const LokiLine& line : node.loki().lines()) {
    EXPECT_THAT(line.labels,
                testing::UnorderedElementsAre(Pair("namespace", "shop"),
                                              Pair("pod", testing::AnyOf("web-1", "db-1")),
                                              Pair("container", "app"),
                                              Pair("node", "node-1"),
                                              Pair("stream", testing::AnyOf("stdout", "stderr"))));
    EXPECT_THAT(line.metadata, Contains(Pair("pod_uid", "uid")));
    EXPECT_THAT(line.metadata, Contains(Pair("restart", "0")));
  }
}

TEST(LokiScenariosStreams, ARestartOfTheAgentGoesOnInTheSameStreams) {
  LokiNode node;
  write_all(node, kWeb, {"a"});
  EXPECT_TRUE(node.deliver());
  node.restart();
  write_all(node, kWeb, {"b"});
  EXPECT_TRUE(node.deliver());
  EXPECT_EQ(node.loki().counters().streams, 1U);
  EXPECT_THAT(node.stored(kWeb), ElementsAre("a", "b"));
}

TEST(LokiScenariosStreams, ABacklogOfHoursIsSentOldestFirstSoThatNothingIsTooFarBehind) {
  LokiNodeOptions options;
  options.delivery.batch_bytes = 4'000;
  LokiNode node(options);
  std::vector<std::string> texts;
  for (int minute = 300; minute >= 0; --minute) {
    texts.push_back(std::to_string(minute) + " minutes ago");
    node.write(kWeb, texts.back(), seconds(60 * minute));
    node.write(kDb, texts.back(), seconds(60 * minute), minute % 2 == 0 ? "stdout" : "stderr");
  }
  EXPECT_TRUE(node.deliver());
  EXPECT_THAT(node.stored(kWeb), ElementsAreArray(texts));
  EXPECT_THAT(node.dropped(kWeb), IsEmpty());
  EXPECT_THAT(node.dropped(kDb), IsEmpty());
}

TEST(LokiScenariosStreams, KeepTheirOrderWithSeveralRequestsInFlightAndFailures) {
  LokiNodeOptions options;
  options.delivery.batch_bytes = 3'000;
  options.delivery.max_in_flight = 4;
  LokiNode node(options);
  const auto pod = [](int i) { return "shop/web-" + std::to_string(i) + "/app"; };
  const std::vector<std::string> texts = numbered(200, 60);
  for (int i = 0; i < 5; ++i) {
    write_all(node, pod(i), texts);
  }
  for (int i = 0; i < 10; ++i) {
    node.loki().add_fault({}, 3);
    LokiFault fault;
    fault.status = 503;
    node.loki().add_fault(fault);
  }
  EXPECT_TRUE(node.deliver());
  for (int i = 0; i < 5; ++i) {
    EXPECT_THAT(node.stored(pod(i)), ElementsAreArray(texts));
  }
}

TEST(LokiScenariosStreams, ShareRequestsOnceEachWasTakenAlone) {
  LokiNode node;
  const auto pod = [](int i) { return "shop/web-" + std::to_string(i) + "/app"; };
  constexpr int kPods = 40;
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < kPods; ++i) {
      write_all(node, pod(i), numbered(3, 50, 3 * round));
    }
    node.run(seconds(2));
  }
  EXPECT_TRUE(node.deliver());
  for (int i = 0; i < kPods; ++i) {
    EXPECT_EQ(node.stored(pod(i)).size(), 60U);
  }
  // Twenty rounds of forty streams: 800 posts if each were alone.
  EXPECT_LT(node.loki().counters().requests, 250U);
}

TEST(LokiScenariosStreams, ABigBacklogTakesFewRequests) {
  LokiNode node;
  const std::vector<std::string> texts = numbered(20'000, 100);
  write_all(node, kWeb, texts);
  EXPECT_TRUE(node.deliver());
  EXPECT_EQ(node.stored(kWeb).size(), texts.size());
  EXPECT_LT(node.loki().counters().requests, 20U);
}

TEST(LokiScenariosStreams, TheFirstRequestAfterAnOutageIsSmall) {
  LokiNode node;
  LokiFault fault;
  fault.status = 503;
  node.loki().add_fault(fault, 5);
  write_all(node, kWeb, numbered(10'000, 100));
  EXPECT_TRUE(node.deliver());
  std::map<std::uint64_t, int> lines_of;
  for (const LokiLine& line : node.loki().lines()) {
    ++lines_of[line.request];
  }
  EXPECT_LT(lines_of.begin()->second, 5'000);
  EXPECT_EQ(node.stored(kWeb).size(), 10'000U);
}

TEST(LokiScenariosStreams, WhatIsSentAgainIsReturnedOnceByAQuery) {
  LokiNode node;
  LokiFault fault;
  fault.close = LokiFault::Close::kAfterStoring;
  node.loki().add_fault(fault, 3);
  const std::vector<std::string> texts = numbered(100);
  write_all(node, kWeb, texts);
  EXPECT_TRUE(node.deliver());
  const std::vector<std::string> stored = node.stored(kWeb);
  EXPECT_GT(stored.size(), texts.size());
  EXPECT_EQ(stored.size() - texts.size(), node.loki().counters().repeated)
      << "equal in labels, time, metadata and text";
  EXPECT_EQ(node.account(kWeb).delivered.lines, texts.size());
}

TEST(LokiScenariosStreams, ALimitThatComesAndGoesLosesNothing) {
  LokiNode node;
  const std::vector<std::string> texts = numbered(1'000, 50);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    node.write(i % 2 == 0 ? kWeb : kDb, texts[i]);
    if (i % 100 == 50) {
      test::LokiLimits limits;
      limits.stream_rate = 300;
      limits.stream_burst = 600;
      limits.max_streams = 1;
      node.loki().set_limits(limits);
      node.run(seconds(2));
      node.loki().set_limits({});
    }
  }
  EXPECT_TRUE(node.deliver());
  EXPECT_EQ(std::set<std::string>(texts.begin(), texts.end()).size(), 1'000U);
  EXPECT_EQ(node.account(kWeb).delivered.lines + node.account(kDb).delivered.lines, 1'000U);
  EXPECT_EQ(node.loki().counters().lost_silently, 0U);
}

}  // namespace
}  // namespace supercargo
