#include "exporters/loki/chain_bounds.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

using std::chrono::minutes;

TEST(ChainBounds, HalvesWhatWasRefusedDownToSingleLines) {
  ChainBounds bounds;
  EXPECT_EQ(bounds.of(1), 0U);
  bounds.shrink(1, 100'000, {});
  EXPECT_EQ(bounds.of(1), 50'000U);
  bounds.shrink(1, 6'000, {});
  EXPECT_EQ(bounds.of(1), ChainBounds::kSmallest);
  bounds.shrink(1, 3'000, {});
  EXPECT_EQ(bounds.of(1), 1U);
  EXPECT_EQ(bounds.of(2), 0U);
}

TEST(ChainBounds, NeverGrowsByARefusal) {
  ChainBounds bounds;
  bounds.shrink(1, 10'000, {});
  bounds.shrink(1, 100'000, {});
  EXPECT_EQ(bounds.of(1), 5'000U);
}

TEST(ChainBounds, FitThePartThatWaitsOfAPostThatWasSplit) {
  ChainBounds bounds;
  Post post;
  post.runs.resize(2);
  post.runs[0].chain = 1;
  post.runs[0].raw = {30'000, 10};
  post.runs[1].chain = 2;
  post.runs[1].raw = {100, 1};
  bounds.fit(post, {});
  EXPECT_EQ(bounds.of(1), 30'000U);
  EXPECT_EQ(bounds.of(2), ChainBounds::kSmallest);
}

TEST(ChainBounds, TriesMoreAfterAWhileAndForgetsAtLast) {
  ChainBounds bounds;
  SteadyTime now{};
  bounds.shrink(1, 10'000, now);
  EXPECT_FALSE(bounds.taken(1, now));
  now += minutes(2);
  EXPECT_TRUE(bounds.taken(1, now));
  EXPECT_EQ(bounds.of(1), 10'000U);
  for (int i = 0; i < 20; ++i) {
    now += minutes(2);
    (void)bounds.taken(1, now);
  }
  EXPECT_EQ(bounds.of(1), 0U);
  EXPECT_FALSE(bounds.taken(1, now + minutes(2)));
}

}  // namespace
}  // namespace supercargo
