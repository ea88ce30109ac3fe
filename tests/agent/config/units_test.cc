#include "agent/config/units.h"

#include <gtest/gtest.h>

namespace supercargo::config {
namespace {

using std::chrono::milliseconds;

TEST(ParseDuration, ReadsEachUnitAndSums) {
  EXPECT_EQ(parse_duration("500ms"), milliseconds(500));
  EXPECT_EQ(parse_duration("1s"), milliseconds(1'000));
  EXPECT_EQ(parse_duration("2m"), milliseconds(120'000));
  EXPECT_EQ(parse_duration("1h30m"), milliseconds(5'400'000));
  EXPECT_EQ(parse_duration("1d"), milliseconds(86'400'000));
  EXPECT_EQ(parse_duration("0"), milliseconds(0));
}

TEST(ParseDuration, RefusesWhatHasNoUnitOrIsNoNumber) {
  for (const auto* text : {"", "5", "s", "1.5s", "-1s", "1s ", "1 s", "1sec", "1s2", "1M"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(ParseDuration, RefusesOverflow) {
  EXPECT_EQ(parse_duration("99999999999999999999ms"), std::nullopt);
  EXPECT_EQ(parse_duration("9223372036854775807d"), std::nullopt);
  EXPECT_EQ(parse_duration("9223372036854775807ms1ms"), std::nullopt);
  EXPECT_EQ(parse_duration("9223372036854775807ms"), milliseconds(9223372036854775807));
}

TEST(ParseSize, ReadsBinaryAndDecimalUnits) {
  EXPECT_EQ(parse_size("4096"), 4096U);
  EXPECT_EQ(parse_size("0"), 0U);
  EXPECT_EQ(parse_size("12B"), 12U);
  EXPECT_EQ(parse_size("64KiB"), 65'536U);
  EXPECT_EQ(parse_size("64Mi"), 64U << 20U);
  EXPECT_EQ(parse_size("10MB"), 10'000'000U);
  EXPECT_EQ(parse_size("1GiB"), 1U << 30U);
  EXPECT_EQ(parse_size("2TB"), 2'000'000'000'000U);
}

TEST(ParseSize, RefusesOtherTexts) {
  for (const auto* text :
       {"", "MiB", "1.5GiB", "-1", "1 MiB", "1mib", "1MiB2", "1M", "99999999999999999TiB"}) {
    EXPECT_EQ(parse_size(text), std::nullopt) << text;
  }
}

TEST(FormatDuration, TakesTheLargestUnitThatDivides) {
  EXPECT_EQ(format_duration(milliseconds(0)), "0s");
  EXPECT_EQ(format_duration(milliseconds(500)), "500ms");
  EXPECT_EQ(format_duration(milliseconds(30'000)), "30s");
  EXPECT_EQ(format_duration(milliseconds(90'000)), "90s");
  EXPECT_EQ(format_duration(milliseconds(86'400'000)), "1d");
}

TEST(FormatSize, TakesTheLargestUnitThatDivides) {
  EXPECT_EQ(format_size(0), "0");
  EXPECT_EQ(format_size(1420), "1420");
  EXPECT_EQ(format_size(1 << 20), "1MiB");
  EXPECT_EQ(format_size(2'000'000), "2MB");
  EXPECT_EQ(format_size(std::uint64_t{3} << 30U), "3GiB");
}

TEST(FormatSize, IsReadBackAsTheSameNumber) {
  for (std::uint64_t bytes = 1; bytes < (std::uint64_t{1} << 50U); bytes = bytes * 3 + 512) {
    EXPECT_EQ(parse_size(format_size(bytes)), bytes);
    const milliseconds duration(static_cast<std::int64_t>(bytes));
    EXPECT_EQ(parse_duration(format_duration(duration)), duration);
  }
}

}  // namespace
}  // namespace supercargo::config
