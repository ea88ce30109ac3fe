#include "collectors/logs/first_read.h"

#include <gtest/gtest.h>

#include "tests/collectors/logs/log_node.h"

namespace supercargo {
namespace {

using std::chrono::seconds;

const SteadyTime kBegin{seconds(1'000)};

Backlog look(FirstRead& first, SteadyTime now, std::uint64_t bytes) {
  Backlog backlog;
  backlog.readable_bytes = bytes;
  backlog.oldest = kBegin;
  first.look(now, bytes, backlog);
  return backlog;
}

TEST(FirstRead, WithoutLimitsHoldsNothingBack) {
  FirstRead first({}, 12'345);
  first.begin(kBegin, 1'000'000);
  EXPECT_EQ(look(first, kBegin, 1'000'000).readable_bytes, 1'000'000U);
  EXPECT_GE(first.allowance(), 1'000'000U);
}

TEST(FirstRead, WaitsForItsShareOfTheJitter) {
  FirstRead first({0, Milliseconds(15'000)}, 7'000 + 15'000 * 5);
  first.begin(kBegin, 1'000);
  const Backlog backlog = look(first, kBegin, 1'000);
  EXPECT_EQ(backlog.readable_bytes, 0U);
  EXPECT_EQ(backlog.delayed_bytes, 1'000U);
  EXPECT_EQ(backlog.look_at, kBegin + Milliseconds(7'000));
  EXPECT_EQ(first.allowance(), 0U);
  EXPECT_EQ(look(first, kBegin + Milliseconds(7'000), 1'000).readable_bytes, 1'000U);
  EXPECT_GT(first.allowance(), 0U);
}

TEST(FirstRead, IsSmoothedToItsRate) {
  FirstRead first({1'000, Milliseconds(0)}, 0);
  first.begin(kBegin, 10'000);
  EXPECT_EQ(look(first, kBegin, 10'000).readable_bytes, 1'000U) << "a second's worth at once";
  first.took(1'000);
  Backlog backlog = look(first, kBegin, 9'000);
  EXPECT_EQ(backlog.readable_bytes, 0U);
  EXPECT_EQ(backlog.look_at, kBegin + Milliseconds(100));
  backlog = look(first, kBegin + Milliseconds(500), 9'000);
  EXPECT_EQ(backlog.readable_bytes, 500U);
  EXPECT_EQ(backlog.look_at, kBegin + Milliseconds(1'000)) << "not longer than it is filling";
}

TEST(FirstRead, IsOverForGoodWhenWhatWasFoundIsRead) {
  FirstRead first({1'000, Milliseconds(0)}, 0);
  first.begin(kBegin, 3'000);
  for (int second = 0; second < 3; ++second) {
    EXPECT_EQ(look(first, kBegin + seconds(second), 100'000).readable_bytes, 1'000U);
    first.took(1'000);
  }
  EXPECT_EQ(look(first, kBegin + seconds(3), 100'000).readable_bytes, 100'000U);
  EXPECT_EQ(look(first, kBegin + seconds(4), 900'000).readable_bytes, 900'000U);
}

TEST(FirstRead, IsOverWhenTheOutputHasCaughtUp) {
  FirstRead first({1'000, Milliseconds(0)}, 0);
  first.begin(kBegin, 3'000);
  first.took(2'000);
  EXPECT_EQ(look(first, kBegin + seconds(5), 99).readable_bytes, 99U);
  EXPECT_EQ(look(first, kBegin + seconds(6), 100'000).readable_bytes, 100'000U);
}

std::string lines(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += test::cri(std::string(59, 'x'));  // 100 bytes
  }
  return text;
}

TEST(FirstRead, OfALogReaderHoldsForItsBacklogAndNotAfterARestart) {
  test::LogNodeOptions options;
  options.limits.first_read = {10'000, Milliseconds(0)};
  options.files_before = {{"0.log", lines(1'000)}};
  test::LogNode node(options);
  std::size_t sent = 0;
  for (int second = 1; second <= 4; ++second) {
    node.look();
    while (const RequestId request = node.send()) {
      sent += node.settle(request).size();
    }
    EXPECT_NEAR(static_cast<double>(sent), 100.0 * second, 2.0 * second);
  }
  node.save();
  node.restart_agent();
  node.look();
  EXPECT_EQ(node.settle(node.send()).size() + sent, 1'000U) << "it is not new any more";
}

}  // namespace
}  // namespace supercargo
