#include "collectors/logs/growth_marks.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

SteadyTime second(std::int64_t seconds) {
  return SteadyTime(std::chrono::seconds(seconds));
}

TEST(GrowthMarks, TellSinceWhenAByteStandsInTheFile) {
  GrowthMarks marks;
  EXPECT_EQ(marks.since(0), std::nullopt);
  marks.note(100, second(10));
  marks.note(200, second(20));
  EXPECT_EQ(marks.since(0), second(10));
  EXPECT_EQ(marks.since(99), second(10));
  EXPECT_EQ(marks.since(100), second(20));
  EXPECT_EQ(marks.since(199), second(20));
  EXPECT_EQ(marks.since(200), std::nullopt) << "not there yet";
}

TEST(GrowthMarks, GrowthAtOneMomentIsOneMark) {
  GrowthMarks marks;
  marks.note(100, second(10));
  marks.note(150, second(10));
  EXPECT_EQ(marks.since(120), second(10));
}

TEST(GrowthMarks, AnAgeIsNeverTooLowAndAtMostByAPartTooHigh) {
  GrowthMarks marks;
  constexpr std::int64_t kEnd = 10'000;
  for (std::int64_t i = 1; i <= kEnd; ++i) {  // a byte a second
    marks.note(static_cast<std::uint64_t>(i), second(i));
  }
  for (std::int64_t byte = 0; byte < kEnd; byte += 7) {
    const std::optional<SteadyTime> since = marks.since(static_cast<std::uint64_t>(byte));
    ASSERT_TRUE(since);
    EXPECT_LE(*since, second(byte + 1));
    EXPECT_GE(*since, second(byte + 1) - std::chrono::seconds(kEnd / 4)) << byte;
  }
}

TEST(GrowthMarks, ForgetWhatAFileHeldBefore) {
  GrowthMarks marks;
  marks.note(100, second(10));
  marks.clear();
  EXPECT_EQ(marks.since(0), std::nullopt);
}

}  // namespace
}  // namespace supercargo
