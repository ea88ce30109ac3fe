#include "collectors/logs/timestamp.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kExample = 1'795'358'203 * kSecond;  // 2026-11-22T14:36:43Z

std::optional<std::int64_t> parse(std::string_view text) {
  TimestampParser parser;
  return parser.parse(text);
}

TEST(Timestamp, TakesNoneToNineDigitsOfAFraction) {
  EXPECT_EQ(parse("2026-11-22T14:36:43Z"), kExample);
  std::int64_t value = 0;
  std::int64_t scale = 100'000'000;
  std::string text = "2026-11-22T14:36:43.";
  for (const char digit : std::string_view("123456789")) {
    text += digit;
    value += (digit - '0') * scale;
    scale /= 10;
    EXPECT_EQ(parse(text + "Z"), kExample + value) << text;
  }
  EXPECT_EQ(parse(text + "999Z"), kExample + value) << "digits after the ninth are cut";
}

TEST(Timestamp, TakesOffsetsFromUtc) {
  EXPECT_EQ(parse("2026-11-22T16:36:43+02:00"), kExample);
  EXPECT_EQ(parse("2026-11-22T11:06:43.5-03:30"), kExample + kSecond / 2);
  EXPECT_EQ(parse("2026-11-22T11:06:43-0330"), kExample);
  EXPECT_EQ(parse("2026-11-22t14:36:43z"), kExample);
}

TEST(Timestamp, KnowsTheCalendar) {
  EXPECT_EQ(parse("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(parse("1969-12-31T23:59:59.5Z"), -kSecond / 2);
  EXPECT_EQ(parse("2024-02-29T00:00:00Z"), 1'709'164'800 * kSecond);
  EXPECT_FALSE(parse("2023-02-29T00:00:00Z"));
  EXPECT_EQ(parse("2016-12-31T23:59:60Z"), parse("2017-01-01T00:00:00Z")) << "a leap second";
}

TEST(Timestamp, RefusesEverythingElse) {
  for (const std::string_view text : {"",
                                      "Z",
                                      "2026-11-22T14:36:43",
                                      "2026-11-22T14:36:43.Z",
                                      "2026-11-22T14:36:43.5",
                                      "2026-11-22 14:36:43Z",
                                      "2026-11-22T14:36:43 Z",
                                      "2026-13-22T14:36:43Z",
                                      "2026-00-22T14:36:43Z",
                                      "2026-11-31T14:36:43Z",
                                      "2026-11-22T24:36:43Z",
                                      "2026-11-22T14:60:43Z",
                                      "2026-11-22T14:36:61Z",
                                      "2026-11-22T14:36:43+2:00",
                                      "2026-11-22T14:36:43+24:00",
                                      "2026-11-22T14:36:43+02:60",
                                      "2026-11-22T14:36:43Zx",
                                      "2026-11-22T14:36:43.5x",
                                      "20a6-11-22T14:36:43Z",
                                      "2026-11-2xT14:36:43Z",
                                      "9999-01-01T00:00:00Z",
                                      "0001-01-01T00:00:00Z",
                                      "+026-11-22T14:36:43Z"}) {
    EXPECT_FALSE(parse(text)) << text;
  }
  EXPECT_FALSE(parse(std::string(19, '\0') + "Z")) << "what a fresh memory may look like";
}

TEST(Timestamp, RemembersASecondAndIsNotFooledByIt) {
  TimestampParser parser;
  EXPECT_EQ(parser.parse("2026-11-22T14:36:43.1Z"), kExample + kSecond / 10);
  EXPECT_EQ(parser.parse("2026-11-22T14:36:43.2+01:00"), kExample + kSecond / 5 - 3'600 * kSecond);
  EXPECT_FALSE(parser.parse("2026-11-22T14:36:99Z"));
  EXPECT_EQ(parser.parse("2026-11-22T14:36:43Z"), kExample);
  EXPECT_EQ(parser.parse("2026-11-22T14:36:44Z"), kExample + kSecond);
}

TEST(Timestamp, TakesTheWholeRangeOfNanoseconds) {
  EXPECT_EQ(parse("2262-04-11T23:47:15.999999999Z"), 9'223'372'035'999'999'999);
  EXPECT_FALSE(parse("2262-04-11T23:47:16Z"));
  EXPECT_EQ(parse("1677-09-21T00:12:45Z"), -9'223'372'035 * kSecond);
}

}  // namespace
}  // namespace supercargo
