#include "collectors/logs/chain_limits.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

using Action = RateLimitConfig::Action;

const SteadyTime kBegin{std::chrono::seconds(1'000)};

ContainerInfo container_in(const std::string& pod_namespace) {
  ContainerInfo container;
  container.pod_namespace = pod_namespace;
  return container;
}

TEST(ChainLimits, WithoutAnyNothingIsDelayedNorDropped) {
  ChainLimits limits = LimitMaker({}).make(container_in("shop"));
  limits.observe(kBegin);
  limits.took(1'000'000'000);
  EXPECT_FALSE(limits.delayed_until());
  EXPECT_FALSE(limits.full_at());
  EXPECT_TRUE(limits.admit(1'000'000'000));
  EXPECT_GT(limits.allowance(), 1'000'000'000U);
}

TEST(ChainLimits, ADelayLastsUntilTheBucketHasSomethingAgain) {
  ChainLimits limits = LimitMaker({{1'000, 2'000, Action::kDelay}, {}}).make(container_in("shop"));
  limits.observe(kBegin);
  EXPECT_EQ(limits.allowance(), 2'000U);
  limits.took(2'000);
  EXPECT_EQ(limits.delayed_until(), kBegin + Milliseconds(100));
  limits.observe(kBegin + Milliseconds(500));
  EXPECT_FALSE(limits.delayed_until());
  EXPECT_EQ(limits.allowance(), 500U);
  EXPECT_EQ(limits.full_at(), kBegin + Milliseconds(2'000));
}

TEST(ChainLimits, TheBurstIsASecondsWorthByDefault) {
  ChainLimits limits = LimitMaker({{1'000, 0, Action::kDelay}, {}}).make(container_in("shop"));
  limits.observe(kBegin);
  EXPECT_EQ(limits.allowance(), 1'000U);
}

TEST(ChainLimits, ChainsOfANamespaceShareItsBucketAndNoOther) {
  LimitMaker maker({{}, {1'000, 0, Action::kDelay}});
  ChainLimits one = maker.make(container_in("shop"));
  ChainLimits two = maker.make(container_in("shop"));
  ChainLimits other = maker.make(container_in("bank"));
  ChainLimits without = maker.make(container_in(""));
  for (ChainLimits* limits : {&one, &two, &other, &without}) {
    limits->observe(kBegin);
  }
  one.took(1'000);
  EXPECT_TRUE(two.delayed_until());
  EXPECT_FALSE(other.delayed_until());
  EXPECT_FALSE(without.delayed_until());
}

TEST(ChainLimits, TheStricterOfTwoLimitsHolds) {
  LimitMaker maker({{1'000, 0, Action::kDelay}, {1'500, 0, Action::kDelay}});
  ChainLimits one = maker.make(container_in("shop"));
  ChainLimits two = maker.make(container_in("shop"));
  one.observe(kBegin);
  two.observe(kBegin);
  one.took(1'000);
  EXPECT_EQ(two.allowance(), 500U);
  EXPECT_TRUE(one.delayed_until());
  EXPECT_FALSE(two.delayed_until());
}

TEST(ChainLimits, ALimitThatDropsDelaysNothingAndAdmitsWhatFits) {
  ChainLimits limits = LimitMaker({{1'000, 0, Action::kDrop}, {}}).make(container_in("shop"));
  limits.observe(kBegin);
  limits.took(5'000);
  EXPECT_FALSE(limits.delayed_until());
  EXPECT_TRUE(limits.admit(600));
  EXPECT_TRUE(limits.admit(600)) << "a record is never cut";
  EXPECT_FALSE(limits.admit(1));
  limits.observe(kBegin + Milliseconds(201));
  EXPECT_TRUE(limits.admit(1));
}

TEST(ChainLimits, WhatOneLimitDropsTakesNothingFromTheOther) {
  LimitMaker maker({{100, 0, Action::kDrop}, {1'000, 0, Action::kDrop}});
  ChainLimits noisy = maker.make(container_in("shop"));
  ChainLimits quiet = maker.make(container_in("shop"));
  noisy.observe(kBegin);
  quiet.observe(kBegin);
  for (int i = 0; i < 1'000; ++i) {
    (void)noisy.admit(100);
  }
  EXPECT_TRUE(quiet.admit(100));
}

}  // namespace
}  // namespace supercargo
