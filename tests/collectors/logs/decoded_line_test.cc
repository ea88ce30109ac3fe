#include "collectors/logs/decoded_line.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "tests/collectors/logs/log_node.h"

namespace supercargo {
namespace {

using test::cri;

class DecodeFirst : public testing::Test {
 protected:
  bool decode(std::string chunk, bool last = false) {
    chunk_ = std::move(chunk);
    decoder_.start(chunk_.size());
    return decode_first(chunk_,
                        LogFormat::kCri,
                        line_limits(LogFormat::kCri, 10),
                        last,
                        /*fallback_ns=*/7,
                        decoder_,
                        out_);
  }

  std::string chunk_;  // what out_ looks into
  LineDecoder decoder_;
  DecodedLine out_;
};

TEST_F(DecodeFirst, TellsWhatTheFirstLineSaysAndHowLongItIs) {
  const std::string line = cri("one", "P", "stderr");
  const std::string chunk = line + cri("two");
  ASSERT_TRUE(decode(chunk));
  EXPECT_EQ(out_.line.text, "one");
  EXPECT_EQ(out_.line.stream, Stream::kStderr);
  EXPECT_TRUE(out_.line.partial);
  EXPECT_EQ(out_.raw_bytes, line.size());
  EXPECT_FALSE(out_.cut);
  EXPECT_TRUE(out_.well_formed);
}

TEST_F(DecodeFirst, ALineWithoutItsEndWaitsUnlessItIsTheLast) {
  const std::string half = "2026-11-22T14:36:43Z stdout F ha";
  EXPECT_FALSE(decode(half));
  ASSERT_TRUE(decode(half, /*last=*/true));
  EXPECT_EQ(out_.line.text, "ha");
  EXPECT_EQ(out_.raw_bytes, half.size());
}

TEST_F(DecodeFirst, ATextThatIsTooLongEndsInsideItsLine) {
  const std::string line = "2026-11-22T14:36:43Z stdout F 0123456789abc\n";
  ASSERT_TRUE(decode(line));
  EXPECT_EQ(out_.line.text, "0123456789");
  EXPECT_EQ(out_.raw_bytes, line.size() - 4);
  EXPECT_TRUE(out_.cut);
}

TEST_F(DecodeFirst, WhatIsNotOfTheFormatIsTextOfStdoutWithTheTimeBefore) {
  ASSERT_TRUE(decode("garbage\n"));
  EXPECT_EQ(out_.line.text, "garbage");
  EXPECT_EQ(out_.line.stream, Stream::kStdout);
  EXPECT_EQ(out_.line.time_ns, 7);
  EXPECT_FALSE(out_.well_formed);
}

class StreamBytes : public testing::Test {
 protected:
  std::uint64_t bytes_of(Stream stream, std::uint64_t from, std::uint64_t to) {
    const auto file = open_log_file(
        *open_at(AT_FDCWD, tree_.path("f").c_str(), O_RDONLY), LogFormat::kCri, nullptr, false);
    InflaterPool inflaters;
    return stream_bytes(LogBytes(**file, inflaters), stream, from, to, /*max_line_bytes=*/1'000);
  }

  test::TempTree tree_;
};

TEST_F(StreamBytes, AreThoseOfItsLinesBetweenTheOffsets) {
  const std::string first = cri("before");
  const std::string out = cri("o", "P");
  const std::string err = cri("e", "F", "stderr");
  tree_.file("f", first + out + err + err + "garbage\n" + out + cri("after"));
  const std::uint64_t to = first.size() + 2 * out.size() + 2 * err.size() + 8;
  EXPECT_EQ(bytes_of(Stream::kStdout, first.size(), to), 2 * out.size() + 8);
  EXPECT_EQ(bytes_of(Stream::kStderr, first.size(), to), 2 * err.size());
  EXPECT_EQ(bytes_of(Stream::kStderr, to, to), 0U);
}

TEST_F(StreamBytes, AreFoundInRangesOfAnyLength) {
  std::string text;
  std::uint64_t err = 0;
  for (int i = 0; i < 20'000; ++i) {
    text += cri("some words of stdout");
    if (i % 100 == 0) {
      const std::string line = cri(std::string(900, 'e'), "F", "stderr");
      text += line;
      err += line.size();
    }
  }
  tree_.file("f", text);
  EXPECT_EQ(bytes_of(Stream::kStderr, 0, text.size()), err);
  EXPECT_EQ(bytes_of(Stream::kStdout, 0, text.size()), text.size() - err);
}

TEST_F(StreamBytes, OfAFileThatBecameShorterAreThoseThatAreThere) {
  const std::string line = cri("a");
  tree_.file("f", line);
  EXPECT_EQ(bytes_of(Stream::kStdout, 0, 1'000), line.size());
  EXPECT_EQ(bytes_of(Stream::kStdout, 500, 1'000), 0U);
}

}  // namespace
}  // namespace supercargo
