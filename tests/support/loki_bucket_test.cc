#include "tests/support/loki_bucket.h"

#include <gtest/gtest.h>

namespace supercargo::test {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

TEST(LokiBucket, FillsAtItsRateUpToItsBurst) {
  LokiBucket bucket;
  EXPECT_TRUE(bucket.allow(100, 10, 100, 0));
  EXPECT_FALSE(bucket.allow(1, 10, 100, 0));
  EXPECT_FALSE(bucket.allow(11, 10, 100, kSecond));
  EXPECT_TRUE(bucket.allow(10, 10, 100, kSecond)) << "what was refused took nothing";
  EXPECT_TRUE(bucket.allow(100, 10, 100, 100 * kSecond));
  EXPECT_FALSE(bucket.allow(1, 10, 100, 100 * kSecond));
}

TEST(LokiBucket, NeverTakesMoreThanItsBurst) {
  LokiBucket bucket;
  EXPECT_FALSE(bucket.allow(101, 10, 100, 0));
  EXPECT_FALSE(bucket.allow(101, 10, 100, 1'000 * kSecond));
}

TEST(LokiBucket, TakesAllWithoutARate) {
  LokiBucket bucket;
  EXPECT_TRUE(bucket.allow(1'000'000, 0, 100, 0));
  EXPECT_TRUE(bucket.allow(100, 10, 100, 0));
}

}  // namespace
}  // namespace supercargo::test
