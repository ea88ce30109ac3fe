#include "collectors/logs/docker_line.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

class DockerLine : public testing::Test {
 protected:
  bool parse(std::string_view line) {
    decoder_.start(line.size());
    return decoder_.parse(line, timestamps_, line_);
  }

  DockerLineDecoder decoder_;
  TimestampParser timestamps_;
  LogLine line_;
};

TEST_F(DockerLine, TakesAFullLine) {
  ASSERT_TRUE(parse(R"({"log":"hello\n","stream":"stderr","time":"2026-11-22T14:36:43.5Z"})"));
  EXPECT_EQ(line_.text, "hello");
  EXPECT_EQ(line_.stream, Stream::kStderr);
  EXPECT_EQ(line_.time_ns, 1'795'358'203'500'000'000);
  EXPECT_FALSE(line_.partial);
}

TEST_F(DockerLine, ALogWithoutLineFeedIsAPiece) {
  ASSERT_TRUE(parse(R"({"log":"begin","stream":"stdout","time":"2026-11-22T14:36:43Z"})"));
  EXPECT_EQ(line_.text, "begin");
  EXPECT_TRUE(line_.partial);
}

TEST_F(DockerLine, UndoesEscapes) {
  ASSERT_TRUE(parse(
      R"({"log":"\"a\\b\t\u0000\u003c\u2028\ud83d\ude00/\n","stream":"stdout","time":"2026-11-22T14:36:43Z"})"));
  EXPECT_EQ(line_.text, std::string_view("\"a\\b\t\0<\xe2\x80\xa8\xf0\x9f\x98\x80/", 15));
}

TEST_F(DockerLine, OnlyTheLastLineFeedIsTheEnd) {
  ASSERT_TRUE(parse(R"({"log":"a\n\n","stream":"stdout","time":"2026-11-22T14:36:43Z"})"));
  EXPECT_EQ(line_.text, "a\n");
  ASSERT_TRUE(parse(R"({"log":"\n","stream":"stdout","time":"2026-11-22T14:36:43Z"})"));
  EXPECT_EQ(line_.text, "");
}

TEST_F(DockerLine, TakesAttributesAndAnyOrderAndSpaces) {
  ASSERT_TRUE(parse(
      R"( { "time" : "2026-11-22T14:36:43Z", "attrs":{"log":"x","a":[1,{"b":null}]}, "stream":"stdout" , "log":"y\n" } )"));
  EXPECT_EQ(line_.text, "y");
}

TEST_F(DockerLine, RefusesWhatIsNoSuchObject) {
  for (const std::string_view line :
       {"",
        "{}",
        "[]",
        "null",
        "\"log\"",
        "hello",
        "{\"log\":\"a",
        R"({"log":"a\n","stream":"stdout","time":"2026-11-22T14:36:43Z"} x)",
        R"({"log":"a\n","stream":"stdout","time":"2026-11-22T14:36:43Z"}{})",
        R"({"log":"a\n","stream":"stdout","time":"2026-11-22T14:36:43Z")",
        R"({"log":"a\n","stream":"stdout","time":"noon"})",
        R"({"log":"a\n","stream":"stdin","time":"2026-11-22T14:36:43Z"})",
        R"({"log":"a\n","time":"2026-11-22T14:36:43Z"})",
        R"({"log":"a\n","stream":"stdout"})",
        R"({"log":7,"stream":"stdout","time":"2026-11-22T14:36:43Z"})",
        R"({"log":"\ud800\n","stream":"stdout","time":"2026-11-22T14:36:43Z"})",
        R"({"log":"a\x","stream":"stdout","time":"2026-11-22T14:36:43Z"})",
        "{\"log\":\"\xff\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-22T14:36:43Z\"}"}) {
    EXPECT_FALSE(parse(line)) << line;
  }
}

TEST_F(DockerLine, TextsOfAChunkStayValidUntilTheNext) {
  const std::string_view first =
      R"({"log":"first of them\n","stream":"stdout","time":"2026-11-22T14:36:43Z"})";
  decoder_.start(100'000);
  LogLine kept;
  ASSERT_TRUE(decoder_.parse(first, timestamps_, kept));
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(decoder_.parse(
        R"({"log":"others come, and many of them, so that memory is used\n","stream":"stdout","time":"2026-11-22T14:36:43Z"})",
        timestamps_,
        line_));
  }
  EXPECT_EQ(kept.text, "first of them");
}

TEST_F(DockerLine, TakesALineLongerThanItsBuffer) {
  const std::string text(300'000, 'x');
  ASSERT_TRUE(
      parse(R"({"log":")" + text + R"(\n","stream":"stdout","time":"2026-11-22T14:36:43Z"})"));
  EXPECT_EQ(line_.text, text);
  ASSERT_TRUE(parse(R"({"log":"short\n","stream":"stdout","time":"2026-11-22T14:36:43Z"})"));
  EXPECT_EQ(line_.text, "short");
}

}  // namespace
}  // namespace supercargo
