#include "agent/pipeline/request_size.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

constexpr std::size_t kMiB = 1 << 20;

TEST(RequestSize, HalvesOnceForRequestsThatWereEquallyLarge) {
  RequestSize size(kMiB);
  for (int i = 0; i < 4; ++i) {
    size.shrink_below(kMiB);
  }
  EXPECT_EQ(size.bytes(), kMiB / 2);
}

TEST(RequestSize, GoesDownToSingleLinesAndComesBack) {
  RequestSize size(kMiB);
  for (int i = 0; i < 10; ++i) {
    size.shrink_below(size.bytes());
  }
  EXPECT_EQ(size.bytes(), RequestSize::kOneLine);
  size.grow();
  EXPECT_GE(size.bytes(), RequestSize::kSmallest);
  for (int i = 0; i < 100; ++i) {
    size.grow();
  }
  EXPECT_EQ(size.bytes(), kMiB);
}

TEST(RequestSize, BeginsSmallAfterAFailureAndDoublesWithEachDelivery) {
  RequestSize size(kMiB);
  size.start_slowly();
  EXPECT_EQ(size.bytes(), RequestSize::kFirstWindow);
  EXPECT_EQ(size.in_flight(4), 1U);
  size.grow();
  EXPECT_EQ(size.bytes(), 2 * RequestSize::kFirstWindow);
  for (int i = 0; i < 3; ++i) {
    size.grow();
  }
  EXPECT_EQ(size.bytes(), kMiB);
  EXPECT_EQ(size.in_flight(4), 2U);
  for (int i = 0; i < 100; ++i) {
    size.grow();
  }
  EXPECT_EQ(size.bytes(), kMiB);
  EXPECT_EQ(size.in_flight(4), 4U);
}

TEST(RequestSize, ShortnessOfMemoryHalvesItForAsLongAsItLasts) {
  RequestSize size(kMiB);
  size.set_pressure(2);
  EXPECT_EQ(size.bytes(), kMiB / 4);
  EXPECT_EQ(size.in_flight(8), 2U);
  EXPECT_EQ(size.in_flight(2), 1U);
  size.set_pressure(1'000);
  EXPECT_EQ(size.bytes(), RequestSize::kSmallestShort);
  size.set_pressure(0);
  EXPECT_EQ(size.bytes(), kMiB);
  EXPECT_EQ(size.in_flight(8), 8U);
}

TEST(RequestSize, ShortnessOfMemoryMakesNoSmallRequestLarger) {
  RequestSize size(kMiB);
  size.shrink_below(RequestSize::kSmallest);
  size.set_pressure(1);
  EXPECT_EQ(size.bytes(), RequestSize::kOneLine);
  RequestSize small(10'000);
  small.set_pressure(1);
  EXPECT_EQ(small.bytes(), 10'000U);
}

}  // namespace
}  // namespace supercargo
