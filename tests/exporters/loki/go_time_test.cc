#include "exporters/loki/go_time.h"

#include <limits>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kEvening = 1'795'384'800;  // 2026-11-22T22:00:00Z

TEST(GoTime, ReadsRfc3339) {
  EXPECT_EQ(parse_go_time("2026-11-22T22:00:00Z"), kEvening * kSecond);
  EXPECT_EQ(parse_go_time("2026-11-22T22:00:00.5Z"), kEvening * kSecond + 500'000'000);
  EXPECT_EQ(parse_go_time("2026-11-22T23:30:00+01:30"), kEvening * kSecond);
  EXPECT_EQ(parse_go_time("2026-11-22T14:00:00.000000001-08:00"), kEvening * kSecond + 1);
  EXPECT_EQ(parse_go_time("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(parse_go_time("1969-12-31T23:59:59Z"), -kSecond);
  EXPECT_EQ(parse_go_time("2024-02-29T00:00:00Z"), 1'709'164'800 * kSecond);
  EXPECT_EQ(parse_go_time("2024-03-01T00:00:00Z"), 1'709'251'200 * kSecond);
}

TEST(GoTime, ReadsTimesAsTheyPrintThemselves) {
  EXPECT_EQ(parse_go_time("2026-11-22 22:00:00 +0000 UTC"), kEvening * kSecond);
  EXPECT_EQ(parse_go_time("2026-11-22 22:00:00.123456789 +0000 UTC"),
            kEvening * kSecond + 123'456'789);
  EXPECT_EQ(parse_go_time("2026-11-22 23:00:00.12 +0100 CET m=+0.000012"),
            kEvening * kSecond + 120'000'000);
  EXPECT_EQ(parse_go_time("2026-11-22 19:00:00 -0300 -03"), kEvening * kSecond);
}

TEST(GoTime, ReadsPrometheusSeconds) {
  EXPECT_EQ(parse_go_time("0"), 0);
  EXPECT_EQ(parse_go_time("1795384800.25"), kEvening * kSecond + 250'000'000);
  EXPECT_EQ(parse_go_time("-1.5"), -1'500'000'000);
}

TEST(GoTime, TakesTheNearestOfWhatItCannotHold) {
  EXPECT_EQ(parse_go_time("0001-01-01 00:00:00 +0000 UTC"),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(parse_go_time("12345-01-01T00:00:00Z"), std::numeric_limits<std::int64_t>::max());
}

TEST(GoTime, RefusesWhatIsNoTime) {
  for (const char* text : {"",
                           "now",
                           "2026-11-22",
                           "2026-11-22T22:00:00",
                           "2026-11-22T22:00:00Zulu",
                           "2026-13-22T22:00:00Z",
                           "2026-11-00T22:00:00Z",
                           "2026-11-22T24:00:00Z",
                           "2026-11-22T22:00:00.Z",
                           "2026-11-22T22:00:00+0100",
                           "2026-11-22 22:00:00 +0000",
                           "2026-11-22 22:00:00",
                           "-",
                           "1.",
                           "99999999999999999999999999"}) {
    EXPECT_FALSE(parse_go_time(text)) << text;
  }
}

}  // namespace
}  // namespace supercargo
