// Rate limits: LogReader with real files, and the test's clock.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/collectors/logs/log_node.h"

namespace supercargo {
namespace {

using test::cri;
using test::LogNode;
using test::LogNodeOptions;
using test::SentLine;
using testing::ElementsAre;

constexpr RateLimitConfig kDelay{10'000, 0, RateLimitConfig::Action::kDelay};

std::string lines(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += cri(std::string(59, 'x'));  // 100 bytes
  }
  return text;
}

// Bytes of what is sent now, all of it settled.
std::uint64_t send_and_settle(LogNode& node) {
  std::uint64_t bytes = 0;
  while (const RequestId request = node.send()) {
    for (const SentLine& line : node.settle(request)) {
      bytes += line.raw_bytes;
    }
  }
  return bytes;
}

LogNodeOptions with_limits(RateLimitConfig container, RateLimitConfig pod_namespace = {}) {
  LogNodeOptions options;
  options.limits.rates = {container, pod_namespace};
  return options;
}

TEST(LogRateLimit, LinesBeyondTheLimitWaitInTheirFile) {
  LogNode node(with_limits(kDelay));
  node.write("0.log", lines(1'000));
  node.look();
  EXPECT_NEAR(static_cast<double>(send_and_settle(node)), 10'000, 100) << "the burst";
  std::uint64_t bytes = 0;
  for (int i = 0; i < 40; ++i) {
    node.look(Milliseconds(100));
    bytes += send_and_settle(node);
  }
  EXPECT_NEAR(static_cast<double>(bytes), 40'000, 1'200);
  node.save();
  EXPECT_NEAR(static_cast<double>(node.account()->pending_bytes), 50'000, 1'300);
  EXPECT_NEAR(static_cast<double>(node.account()->rate_limited_us), 4e6, 0.3e6);
  node.drain();
  node.look(Milliseconds(20'000));
  node.drain(20);
  EXPECT_EQ(node.delivered().size(), 1'000U) << "nothing is lost";
}

TEST(LogRateLimit, TellsWhenToLookAgainAndHidesWhatIsDelayed) {
  LogNode node(with_limits(kDelay));
  node.write("0.log", lines(1'000));
  node.look();
  (void)send_and_settle(node);
  const Backlog backlog = node.reader().refresh(node.now(), false);
  EXPECT_EQ(backlog.readable_bytes, 0U) << "nothing to spin about";
  EXPECT_GT(backlog.delayed_bytes, 80'000U);
  ASSERT_TRUE(backlog.look_at);
  EXPECT_GE(*backlog.look_at - node.now(), Milliseconds(100));
  EXPECT_LE(*backlog.look_at - node.now(), Milliseconds(120));
}

TEST(LogRateLimit, ADelayedBacklogLeavesInBatchesAndNotDropByDrop) {
  LogNode node(with_limits(kDelay));
  node.write("0.log", lines(1'000));
  node.look();
  (void)send_and_settle(node);
  node.look(Milliseconds(200));
  Backlog backlog = node.reader().refresh(node.now(), false);
  EXPECT_NEAR(static_cast<double>(backlog.readable_bytes), 2'000, 100);
  ASSERT_TRUE(backlog.oldest);
  EXPECT_LE(node.now() - *backlog.oldest, Milliseconds(200)) << "the batch's wait begins anew";
  ASSERT_TRUE(backlog.look_at) << "but a full bucket does not wait longer";
  node.look(std::chrono::ceil<Milliseconds>(*backlog.look_at - node.now()));
  backlog = node.reader().refresh(node.now(), false);
  EXPECT_GE(node.now() - *backlog.oldest, Milliseconds(1'000));
}

TEST(LogRateLimit, ADelayHoldsUpNoOtherContainer) {
  LogNode node(with_limits(kDelay));
  node.write("0.log", lines(1'000));
  node.look();
  (void)send_and_settle(node);
  node.tree.file("var/log/pods/shop_quiet_uid-2/app/0.log", cri("quiet"));
  node.look();
  const std::vector<SentLine> sent = node.settle(node.send());
  EXPECT_EQ(
      std::count_if(
          sent.begin(), sent.end(), [](const SentLine& line) { return line.text == "quiet"; }),
      1);
}

TEST(LogRateLimit, WhatWaitsIsRotatedAndDeletedMeanwhileAndLeavesInOrder) {
  LogNode node(with_limits(kDelay));
  std::vector<std::string> expected;
  for (int file = 0; file < 3; ++file) {
    const std::string rotated = "0.log.20261122-14000" + std::to_string(file);
    std::string text;
    for (int i = 0; i < 300; ++i) {
      expected.push_back(std::to_string(file) + " " + std::to_string(i) + std::string(50, 'x'));
      text += cri(expected.back());
    }
    node.write("0.log", text);
    node.look();
    (void)send_and_settle(node);
    node.rename("0.log", rotated);
    node.write("0.log", "");
    node.look(Milliseconds(200));
    node.unlink(rotated);
  }
  node.look();
  EXPECT_LT(node.delivered().size(), expected.size() / 2) << "the limit holds";
  node.drain();
  EXPECT_EQ(node.delivered(), expected);
  EXPECT_TRUE(node.account()->lost().empty());
  EXPECT_TRUE(node.account()->gaps().empty());
}

TEST(LogRateLimit, ContainersOfANamespaceShareItsLimit) {
  LogNode node(with_limits({}, kDelay));
  node.write("0.log", lines(1'000));
  node.tree.file("var/log/pods/shop_two_uid-2/app/0.log", lines(1'000));
  node.tree.file("var/log/pods/bank_one_uid-3/app/0.log", lines(1'000));
  node.look();
  EXPECT_NEAR(static_cast<double>(send_and_settle(node)), 20'000, 500);
}

TEST(LogRateLimit, WhatIsSentAgainAfterAFailureCountsOnce) {
  LogNode node(with_limits(kDelay));
  node.write("0.log", lines(80));
  node.look();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(node.rewind(node.send()).size(), 80U);
  }
  EXPECT_EQ(send_and_settle(node), 8'000U);
}

TEST(LogRateLimit, ALineLongerThanTheBurstPassesWholeAndIsPaidForAfterwards) {
  LogNode node(with_limits({100, 0, RateLimitConfig::Action::kDelay}));
  node.write("0.log", cri(std::string(5'000, 'x')));
  node.look();
  EXPECT_GT(send_and_settle(node), 5'000U);
  node.write("0.log", cri("next"));
  node.look(Milliseconds(40'000));
  EXPECT_EQ(send_and_settle(node), 0U);
  node.look(Milliseconds(15'000));
  EXPECT_GT(send_and_settle(node), 0U);
  EXPECT_EQ(node.delivered().back(), "next");
}

constexpr RateLimitConfig kDrop{10'000, 0, RateLimitConfig::Action::kDrop};

TEST(LogRateLimit, LinesBeyondTheLimitAreDroppedAndCountedAndTheCursorMoves) {
  LogNode node(with_limits(kDrop));
  node.write("0.log", lines(1'000));
  node.look();
  EXPECT_EQ(send_and_settle(node), 10'000U);
  node.save();
  const Amount dropped = node.account()->dropped().at("rate_limit");
  EXPECT_EQ(dropped.bytes, 90'000U);
  EXPECT_EQ(dropped.lines, 900U);
  EXPECT_EQ(node.account()->pending_bytes, 0U);
  EXPECT_EQ(node.account()->terms().written_bytes, 100'000U);
  EXPECT_EQ(node.account()->terms().difference(), 0);
  EXPECT_EQ(node.account()->rate_limited_us, 0U);
  node.restart_agent();
  node.write("0.log", cri("next"));
  node.drain();
  EXPECT_EQ(node.delivered().size(), 101U) << "what was dropped is not read again";
  EXPECT_EQ(node.delivered().back(), "next");
}

TEST(LogRateLimit, WhatWasDroppedBesideAFailedRequestIsCountedOnce) {
  LogNode node(with_limits(kDrop));
  node.write("0.log", lines(1'000));
  node.look();
  const RequestId request = node.send();
  node.save();
  EXPECT_EQ(node.account()->pending_bytes, 100'000U) << "nothing is settled yet";
  EXPECT_TRUE(node.account()->dropped().empty());
  EXPECT_EQ(node.rewind(request).size(), 100U);
  node.drain();
  EXPECT_GE(node.delivered().size(), 200U) << "a second later there is room for more";
  EXPECT_EQ(node.account()->dropped().at("rate_limit").lines, 1'000U - node.delivered().size());
  EXPECT_EQ(node.account()->terms().written_bytes, 100'000U);
  EXPECT_EQ(node.account()->terms().difference(), 0);
}

TEST(LogRateLimit, ARefusedRequestAndWhatWasDroppedBesideItHaveTheirOwnReasons) {
  LogNode node(with_limits(kDrop));
  node.write("0.log", lines(1'000));
  node.look();
  node.drop(node.send(), "too_old");
  EXPECT_EQ(node.account()->dropped().at("too_old").lines, 100U);
  EXPECT_EQ(node.account()->dropped().at("rate_limit").lines, 900U);
}

TEST(LogRateLimit, ARecordInPiecesIsDroppedAsAWhole) {
  LogNode node(with_limits({100, 0, RateLimitConfig::Action::kDrop}));
  node.write("0.log",
             cri(std::string(90, 'a')) + cri("piece ", "P") + cri("by ", "P") + cri("piece"));
  node.look();
  (void)send_and_settle(node);
  EXPECT_THAT(node.delivered(), ElementsAre(std::string(90, 'a')));
  EXPECT_EQ(node.account()->dropped().at("rate_limit").lines, 3U);
  node.look(Milliseconds(5'000));
  node.write("0.log", cri("next"));
  node.drain();
  EXPECT_EQ(node.delivered().back(), "next");
}

}  // namespace
}  // namespace supercargo
