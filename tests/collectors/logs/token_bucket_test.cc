#include "collectors/logs/token_bucket.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

const SteadyTime kBegin{std::chrono::seconds(1'000)};

TokenBucket bucket(std::uint64_t rate, std::uint64_t burst) {
  TokenBucket made(rate, burst);
  made.advance(kBegin);
  return made;
}

TEST(TokenBucket, IsFullAtFirst) {
  const TokenBucket tokens = bucket(1'000, 5'000);
  EXPECT_EQ(tokens.tokens(), 5'000U);
  EXPECT_TRUE(tokens.full());
  EXPECT_FALSE(tokens.dry());
}

TEST(TokenBucket, FillsWithItsRateAndNotBeyondItsBurst) {
  TokenBucket tokens = bucket(1'000, 5'000);
  tokens.take(4'000);
  tokens.advance(kBegin + Milliseconds(1'500));
  EXPECT_EQ(tokens.tokens(), 2'500U);
  EXPECT_EQ(tokens.full_at(), kBegin + Milliseconds(4'000));
  tokens.advance(kBegin + std::chrono::hours(1));
  EXPECT_EQ(tokens.tokens(), 5'000U);
}

TEST(TokenBucket, OnceEmptyItIsDryUntilATenthOfASecondsWorthIsThere) {
  TokenBucket tokens = bucket(1'000, 1'000);
  tokens.take(1'000);
  EXPECT_TRUE(tokens.dry());
  EXPECT_EQ(tokens.wet_at(), kBegin + Milliseconds(100));
  tokens.advance(kBegin + Milliseconds(99));
  EXPECT_TRUE(tokens.dry());
  tokens.advance(kBegin + Milliseconds(100));
  EXPECT_FALSE(tokens.dry());
  tokens.take(60);
  EXPECT_FALSE(tokens.dry()) << "what is there may be used up";
}

TEST(TokenBucket, ADebtIsPaidFirst) {
  TokenBucket tokens = bucket(1'000, 1'000);
  tokens.take(4'000);
  EXPECT_EQ(tokens.tokens(), 0U);
  EXPECT_EQ(tokens.wet_at(), kBegin + Milliseconds(3'100));
  tokens.advance(kBegin + Milliseconds(3'000));
  EXPECT_TRUE(tokens.dry());
  tokens.advance(kBegin + Milliseconds(3'100));
  EXPECT_EQ(tokens.tokens(), 100U);
}

TEST(TokenBucket, AByteASecondStillFlows) {
  TokenBucket tokens = bucket(1, 1);
  tokens.take(1);
  EXPECT_EQ(tokens.wet_at(), kBegin + std::chrono::seconds(1));
  tokens.advance(kBegin + std::chrono::seconds(1));
  EXPECT_FALSE(tokens.dry());
}

TEST(TokenBucket, TimeThatStandsStillOrGoesBackBringsNothing) {
  TokenBucket tokens = bucket(1'000, 1'000);
  tokens.take(500);
  tokens.advance(kBegin);
  tokens.advance(kBegin - std::chrono::seconds(5));
  EXPECT_EQ(tokens.tokens(), 500U);
}

}  // namespace
}  // namespace supercargo
