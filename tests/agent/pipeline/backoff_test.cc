#include "agent/pipeline/backoff.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(Backoff, DoublesUpToItsLimitWithJitterBelow) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Backoff backoff(Milliseconds(100), Milliseconds(1'000), seed);
    for (const int ceiling : {100, 200, 400, 800, 1'000, 1'000, 1'000}) {
      const Milliseconds wait = backoff.next(Milliseconds(0));
      EXPECT_GE(wait.count(), ceiling / 2);
      EXPECT_LE(wait.count(), ceiling);
    }
  }
}

TEST(Backoff, NodesDoNotReturnAtOnce) {
  Backoff one(Milliseconds(100'000), Milliseconds(100'000), 1);
  Backoff two(Milliseconds(100'000), Milliseconds(100'000), 2);
  EXPECT_NE(one.next(Milliseconds(0)), two.next(Milliseconds(0)));
}

TEST(Backoff, WaitsAtLeastWhatTheReceiverAskedFor) {
  Backoff backoff(Milliseconds(100), Milliseconds(1'000), 1);
  EXPECT_EQ(backoff.next(Milliseconds(7'000)), Milliseconds(7'000));
}

TEST(Backoff, BeginsAnewAfterASuccess) {
  Backoff backoff(Milliseconds(100), Milliseconds(100'000), 1);
  for (int i = 0; i < 5; ++i) {
    (void)backoff.next(Milliseconds(0));
  }
  EXPECT_EQ(backoff.failures(), 5U);
  backoff.reset();
  EXPECT_EQ(backoff.failures(), 0U);
  EXPECT_LE(backoff.next(Milliseconds(0)), Milliseconds(100));
}

TEST(Backoff, ManyFailuresDoNotOverflow) {
  Backoff backoff(Milliseconds(1), Milliseconds(30'000), 1);
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_LE(backoff.next(Milliseconds(0)), Milliseconds(30'000));
  }
}

}  // namespace
}  // namespace supercargo
