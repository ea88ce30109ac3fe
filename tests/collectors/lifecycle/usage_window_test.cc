#include "collectors/lifecycle/usage_window.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

UsageSecond used(std::uint32_t at, float cores, std::uint64_t bytes) {
  return {.at = at, .cpu_cores = cores, .memory_bytes = bytes};
}

TEST(UsageWindow, TellsTheMostOfTheLastMinute) {
  UsageWindow window;
  window.add(used(100, 3.5F, 10));
  window.add(used(101, 0.5F, 70));
  window.add(used(102, 1.0F, 20));
  const UsagePeaks peaks = window.peaks(102);
  EXPECT_TRUE(peaks.any);
  EXPECT_DOUBLE_EQ(peaks.cpu_cores, 3.5);
  EXPECT_EQ(peaks.memory_bytes, 70U);
}

TEST(UsageWindow, ForgetsWhatIsAMinuteOld) {
  UsageWindow window;
  window.add(used(100, 3.5F, 10));
  window.add(used(130, 0.5F, 5));
  EXPECT_DOUBLE_EQ(window.peaks(159).cpu_cores, 3.5);
  EXPECT_DOUBLE_EQ(window.peaks(160).cpu_cores, 0.5);
  EXPECT_FALSE(window.peaks(190).any);
}

TEST(UsageWindow, IsTheSameHoweverOftenItIsAsked) {
  UsageWindow window;
  window.add(used(100, 3.5F, 10));
  EXPECT_DOUBLE_EQ(window.peaks(101).cpu_cores, 3.5);
  EXPECT_DOUBLE_EQ(window.peaks(101).cpu_cores, 3.5);
}

TEST(UsageWindow, KeepsBothReadingsOfASecond) {
  UsageWindow window;
  window.add({.at = 7, .cpu_cores = 2, .memory_bytes = 1, .periods = 10, .throttled_periods = 3});
  window.add({.at = 7, .cpu_cores = 1, .memory_bytes = 9, .periods = 10, .throttled_periods = 1});
  const UsagePeaks peaks = window.peaks(7);
  EXPECT_DOUBLE_EQ(peaks.cpu_cores, 2);
  EXPECT_EQ(peaks.memory_bytes, 9U);
  EXPECT_EQ(peaks.periods, 20U);
  EXPECT_EQ(peaks.throttled_periods, 4U);
}

}  // namespace
}  // namespace supercargo
