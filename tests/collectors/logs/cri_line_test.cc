#include <gtest/gtest.h>

#include "agent/base/text.h"
#include "collectors/logs/log_line.h"

namespace supercargo {
namespace {

std::optional<LogLine> parse(std::string_view line) {
  TimestampParser timestamps;
  LogLine out;
  return parse_cri_line(line, timestamps, out) ? std::optional(out) : std::nullopt;
}

TEST(CriLine, TakesAFullLine) {
  const std::optional<LogLine> line =
      parse("2026-11-22T14:36:43.881808367Z stdout F start  of it ");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->time_ns, 1'795'358'203'881'808'367);
  EXPECT_EQ(line->stream, Stream::kStdout);
  EXPECT_FALSE(line->partial);
  EXPECT_EQ(line->text, "start  of it ");
}

TEST(CriLine, KeepsPartialFlagOfStderrLine) {
  const std::optional<LogLine> line = parse("2026-11-22T14:36:43.887170855+01:00 stderr P xxx");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->stream, Stream::kStderr);
  EXPECT_TRUE(line->partial);
  EXPECT_EQ(line->text, "xxx");
}

TEST(CriLine, TheFirstOfSeveralTagsSaysWhetherItIsPartial) {
  EXPECT_FALSE(parse("2026-11-22T14:36:43Z stdout F:later:tags text")->partial);
  EXPECT_TRUE(parse("2026-11-22T14:36:43Z stdout P:x text")->partial);
  EXPECT_EQ(parse("2026-11-22T14:36:43Z stdout P:x text")->text, "text");
  EXPECT_FALSE(parse("2026-11-22T14:36:43Z stdout x:F text"));
}

TEST(CriLine, AnEmptyMessageMayComeWithoutTheBlankBeforeIt) {
  EXPECT_EQ(parse("2026-11-22T14:36:43Z stdout F ")->text, "");
  EXPECT_EQ(parse("2026-11-22T14:36:43Z stdout F")->text, "");
  EXPECT_EQ(parse("2026-11-22T14:36:43Z stdout F  ")->text, " ");
}

TEST(CriLine, KeepsWhateverBytesTheMessageHas) {
  const std::string text("\0 \xff {\"log\":1} \r", 15);
  EXPECT_EQ(parse("2026-11-22T14:36:43Z stdout F " + text)->text, text);
}

TEST(CriLine, RefusesWhatIsNotOfThisForm) {
  for (const std::string_view line : {"",
                                      " ",
                                      "F",
                                      "stdout F text",
                                      "2026-11-22T14:36:43Z",
                                      "2026-11-22T14:36:43Z stdout",
                                      "2026-11-22T14:36:43Z stdout ",
                                      "2026-11-22T14:36:43Z  stdout F text",
                                      "2026-11-22T14:36:43Z stdin F text",
                                      "2026-11-22T14:36:43Z stdout X text",
                                      "2026-11-22T14:36:43Z stdout FF text",
                                      "2026-11-22T14:36:43Z stdout  text",
                                      "2026-11-22T14:36:43 stdout F text",
                                      "yesterday stdout F text",
                                      "2026-11-22T14:36:43Z STDOUT F text",
                                      "\t2026-11-22T14:36:43Z stdout F text"}) {
    EXPECT_FALSE(parse(line)) << line;
  }
}

}  // namespace
}  // namespace supercargo
