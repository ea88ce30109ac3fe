#include "agent/base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace supercargo {
namespace {

using testing::internal::CaptureStderr;
using testing::internal::GetCapturedStderr;

SteadyTime at(int seconds) {
  return SteadyTime{} + std::chrono::hours(24) + std::chrono::seconds(seconds);
}

std::string logged(LogLevel least, LogLevel level, std::initializer_list<LogField> fields) {
  start_logging(least);
  CaptureStderr();
  log(level, "Checkpoint saved.", fields);
  return GetCapturedStderr();
}

TEST(Log, WritesOneLineWithTimeLevelMessageAndFields) {
  EXPECT_THAT(
      logged(LogLevel::kInfo, LogLevel::kInfo, {{"files", 12}, {"path", "/var/lib"}}),
      testing::MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z "
                            "info    Checkpoint saved. files=12 path=/var/lib\n"));
}

TEST(Log, LeavesOutLinesBelowItsLevel) {
  EXPECT_EQ(logged(LogLevel::kWarn, LogLevel::kInfo, {}), "");
  EXPECT_NE(logged(LogLevel::kWarn, LogLevel::kWarn, {}), "");
  EXPECT_NE(logged(LogLevel::kWarn, LogLevel::kError, {}), "");
  EXPECT_NE(logged(LogLevel::kDebug, LogLevel::kDebug, {}), "");
}

TEST(Log, QuotesValuesThatWouldBreakTheLine) {
  const std::string line = logged(LogLevel::kInfo,
                                  LogLevel::kInfo,
                                  {{"empty", ""},
                                   {"blank", "a b"},
                                   {"quote", "say \"x\""},
                                   {"newline", "a\nb"},
                                   {"equals", "a=b"},
                                   {"plain", std::string("a/b:c")}});
  EXPECT_THAT(line,
              testing::EndsWith(R"(empty="" blank="a b" quote="say \"x\"" newline="a b" )"
                                R"(equals="a=b" plain=a/b:c)"
                                "\n"));
}

TEST(Log, TakesBracesInTextAsTheyAre) {
  EXPECT_THAT(logged(LogLevel::kInfo, LogLevel::kInfo, {{"body", "{}{0}%s"}}),
              testing::HasSubstr("body={}{0}%s"));
}

TEST(LogLimiter, LetsOneThroughPerIntervalAndCountsTheRest) {
  LogLimiter limiter(std::chrono::seconds(30));
  std::uint64_t suppressed = 99;
  EXPECT_TRUE(limiter.allow(at(0), suppressed));
  EXPECT_EQ(suppressed, 0U);
  EXPECT_FALSE(limiter.allow(at(0), suppressed));
  EXPECT_FALSE(limiter.allow(at(29), suppressed));
  EXPECT_TRUE(limiter.allow(at(30), suppressed));
  EXPECT_EQ(suppressed, 2U);
}

TEST(LogLimiter, BeginsToCountAnewAfterEachLine) {
  LogLimiter limiter(std::chrono::seconds(30));
  std::uint64_t suppressed = 0;
  EXPECT_TRUE(limiter.allow(at(0), suppressed));
  EXPECT_FALSE(limiter.allow(at(1), suppressed));
  EXPECT_TRUE(limiter.allow(at(100), suppressed));
  EXPECT_EQ(suppressed, 1U);
  EXPECT_FALSE(limiter.allow(at(129), suppressed));
  EXPECT_TRUE(limiter.allow(at(1000), suppressed));
  EXPECT_EQ(suppressed, 1U);
}

}  // namespace
}  // namespace supercargo
