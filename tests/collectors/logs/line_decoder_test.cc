#include "collectors/logs/line_decoder.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

class LineDecoderTest : public testing::Test {
 protected:
  bool decode(std::string_view raw, LogFormat format) {
    decoder_.start(raw.size());
    return decoder_.decode(raw, format, /*fallback_ns=*/99, line_);
  }

  LineDecoder decoder_;
  LogLine line_;
};

constexpr std::string_view kDocker =
    R"({"log":"docker\n","stream":"stderr","time":"2026-11-22T14:36:43Z"})";

TEST_F(LineDecoderTest, PlainLinesAreTheirOwnText) {
  ASSERT_TRUE(decode(kDocker, LogFormat::kPlain));
  EXPECT_EQ(line_.text, kDocker);
  EXPECT_EQ(line_.time_ns, 99);
  EXPECT_EQ(line_.stream, Stream::kStdout);
}

TEST_F(LineDecoderTest, DropsACarriageReturnAtTheEnd) {
  ASSERT_TRUE(decode("a\rb\r", LogFormat::kPlain));
  EXPECT_EQ(line_.text, "a\rb");
  ASSERT_TRUE(decode("2026-11-22T14:36:43Z stdout F text\r", LogFormat::kCri));
  EXPECT_EQ(line_.text, "text");
  ASSERT_TRUE(decode(R"({"log":"text\r\n","stream":"stdout","time":"2026-11-22T14:36:43Z"})",
                     LogFormat::kDocker));
  EXPECT_EQ(line_.text, "text");
}

TEST_F(LineDecoderTest, KeepsACarriageReturnAtTheEndOfAPiece) {
  ASSERT_TRUE(decode("2026-11-22T14:36:43Z stdout P 10 %\r", LogFormat::kCri));
  EXPECT_EQ(line_.text, "10 %\r");
  ASSERT_TRUE(decode(R"({"log":"10 %\r","stream":"stdout","time":"2026-11-22T14:36:43Z"})",
                     LogFormat::kDocker));
  EXPECT_EQ(line_.text, "10 %\r");
}

TEST_F(LineDecoderTest, FilesOfPodsMayHoldDockersLines) {
  ASSERT_TRUE(decode(kDocker, LogFormat::kCri));
  EXPECT_EQ(line_.text, "docker");
  EXPECT_EQ(line_.stream, Stream::kStderr);
}

TEST_F(LineDecoderTest, DockersFilesHoldNoCriLines) {
  EXPECT_FALSE(decode("2026-11-22T14:36:43Z stdout F text", LogFormat::kDocker));
  ASSERT_TRUE(decode(kDocker, LogFormat::kDocker));
}

TEST_F(LineDecoderTest, AMalformedLineIsTextOfStdoutWithTheFallbackTime) {
  ASSERT_TRUE(decode("2026-11-22T14:36:43Z stderr P text", LogFormat::kCri));
  EXPECT_FALSE(decode("2026-11-22T14:36:43Z stderr ? text", LogFormat::kCri));
  EXPECT_EQ(line_.text, "2026-11-22T14:36:43Z stderr ? text");
  EXPECT_EQ(line_.stream, Stream::kStdout);
  EXPECT_EQ(line_.time_ns, 99);
  EXPECT_FALSE(line_.partial);
  EXPECT_FALSE(decode("", LogFormat::kCri));
  EXPECT_FALSE(decode(R"({"log":"half)", LogFormat::kDocker));
  EXPECT_EQ(line_.text, R"({"log":"half)");
}

}  // namespace
}  // namespace supercargo
