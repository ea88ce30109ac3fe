#include "agent/app/memory_guard.h"

#include <gtest/gtest.h>

#include "agent/pipeline/pipeline_metrics.h"

namespace supercargo {
namespace {

const SteadyTime kNow{std::chrono::seconds(1'000)};

TEST(MemoryGuard, DoesNothingBelowNineTenthsOfTheLimit) {
  SelfMetrics metrics;
  MemoryGuard guard(1'000, metrics);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(guard.observe(900, kNow), 0U);
  }
  EXPECT_EQ(metrics.counter(pipeline_metrics::kMemoryPressureRaised).Value(), 0);
}

TEST(MemoryGuard, RaisesThePressureAtEachLookUpToABound) {
  SelfMetrics metrics;
  MemoryGuard guard(1'000, metrics);
  EXPECT_EQ(guard.observe(901, kNow), 1U);
  EXPECT_EQ(guard.observe(901, kNow), 2U);
  for (int i = 0; i < 100; ++i) {
    EXPECT_LE(guard.observe(5'000, kNow), MemoryGuard::kMostPressure);
  }
  EXPECT_EQ(metrics.counter(pipeline_metrics::kMemoryPressureRaised).Value(),
            MemoryGuard::kMostPressure);
  EXPECT_EQ(metrics.gauge(pipeline_metrics::kMemoryPressure).Value(), MemoryGuard::kMostPressure);
}

TEST(MemoryGuard, LowersItStepByStepOnceItIsCalm) {
  SelfMetrics metrics;
  MemoryGuard guard(1'000, metrics);
  (void)guard.observe(950, kNow);
  EXPECT_EQ(guard.observe(950, kNow), 2U);
  for (int i = 0; i < 9; ++i) {
    EXPECT_EQ(guard.observe(500, kNow), 2U);
  }
  EXPECT_EQ(guard.observe(500, kNow), 1U);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(guard.observe(850, kNow), 1U) << "not calm, and not near the limit";
  }
  for (int i = 0; i < 9; ++i) {
    (void)guard.observe(500, kNow);
  }
  EXPECT_EQ(guard.observe(500, kNow), 0U);
  EXPECT_EQ(guard.observe(500, kNow), 0U);
}

TEST(MemoryGuard, ReadsTheSecondNumberOfStatm) {
  EXPECT_EQ(parse_resident_pages("9012 5231 2871 812 0 3010 0\n"), 5'231U);
  EXPECT_FALSE(parse_resident_pages(""));
  EXPECT_FALSE(parse_resident_pages("9012"));
  EXPECT_FALSE(parse_resident_pages("9012 x"));
}

}  // namespace
}  // namespace supercargo
