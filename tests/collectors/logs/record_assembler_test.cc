#include "collectors/logs/record_assembler.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

class RecordAssemblerTest : public testing::Test {
 protected:
  // A line of the file, taken as the reader would take it.
  bool add(std::string_view raw, AssembledRecord& out) {
    tree_.append("0.log", std::string(raw) + "\n");
    if (!cursor_.file) {
      Result<UniqueFd> fd = open_at(AT_FDCWD, tree_.path("0.log").c_str(), O_RDONLY);
      cursor_.inflaters = &inflaters_;
      cursor_.file =
          *open_log_file(std::move(*fd), LogFormat::kCri, std::make_shared<ContainerInfo>(), false);
    }
    LogLine line;
    decoder_.start(raw.size());
    EXPECT_TRUE(decoder_.decode(raw, LogFormat::kCri, 0, line));
    const RawLine place{&cursor_, offset_, static_cast<std::uint32_t>(raw.size() + 1)};
    offset_ += place.bytes;
    return assembler_.add(place, line, joins_, out);
  }

  test::TempTree tree_;
  InflaterPool inflaters_;
  FileCursor cursor_;
  LineDecoder decoder_;
  std::uint64_t offset_ = 0;
  JoinBuffers joins_;
  RecordAssembler assembler_{20};
  AssembledRecord out_{};
};

TEST_F(RecordAssemblerTest, AWholeLineIsARecord) {
  ASSERT_TRUE(add("2026-11-22T14:36:43Z stdout F whole", out_));
  EXPECT_EQ(out_.record.text, "whole");
  EXPECT_EQ(out_.record.raw_bytes, 36U);
  EXPECT_EQ(out_.record.raw_lines, 1U);
  EXPECT_EQ(out_.begins_in, &cursor_);
  EXPECT_FALSE(out_.cut);
}

TEST_F(RecordAssemblerTest, JoinsPiecesWithTheTimeAndPlaceOfTheFirst) {
  EXPECT_FALSE(add("2026-11-22T14:36:43Z stdout P one ", out_));
  EXPECT_FALSE(add("2026-11-22T14:36:44Z stdout P two ", out_));
  ASSERT_TRUE(add("2026-11-22T14:36:45Z stdout F three", out_));
  EXPECT_EQ(out_.record.text, "one two three") << "blanks at the end of a piece stay";
  EXPECT_EQ(out_.record.time_ns, 1'795'358'203'000'000'000);
  EXPECT_EQ(out_.record.offset, 0U);
  EXPECT_EQ(out_.record.raw_bytes, offset_);
  EXPECT_EQ(out_.record.raw_lines, 3U);
  EXPECT_EQ(assembler_.open_bytes(), 0U);
}

TEST_F(RecordAssemblerTest, KeepsStreamsApart) {
  EXPECT_FALSE(add("2026-11-22T14:36:43Z stdout P o1", out_));
  EXPECT_FALSE(add("2026-11-22T14:36:43Z stderr P e1", out_));
  ASSERT_TRUE(add("2026-11-22T14:36:43Z stdout F o2", out_));
  EXPECT_EQ(out_.record.text, "o1o2");
  EXPECT_TRUE(assembler_.is_open(Stream::kStderr));
  EXPECT_FALSE(assembler_.is_open(Stream::kStdout));
  EXPECT_EQ(assembler_.first_open_offset(cursor_, Stream::kStderr), 33U);
  EXPECT_FALSE(assembler_.first_open_offset(cursor_, Stream::kStdout));
}

TEST_F(RecordAssemblerTest, CutsAtTheLimit) {
  EXPECT_FALSE(add("2026-11-22T14:36:43Z stdout P 1234567890123456789", out_));
  ASSERT_TRUE(add("2026-11-22T14:36:43Z stdout P 0", out_));
  EXPECT_TRUE(out_.cut);
  EXPECT_EQ(out_.record.text.size(), 20U);
  ASSERT_TRUE(add("2026-11-22T14:36:43Z stdout F rest", out_));
  EXPECT_EQ(out_.record.text, "rest");
}

TEST_F(RecordAssemblerTest, PiecesWithoutTextAreBoundedToo) {
  int pieces = 1;
  while (!add("2026-11-22T14:36:43Z stdout P ", out_)) {
    ASSERT_LT(++pieces, 100);
  }
  EXPECT_EQ(pieces, 20);
  EXPECT_EQ(out_.record.text, "");
}

TEST_F(RecordAssemblerTest, TakesAnOpenRecordAsItIs) {
  EXPECT_FALSE(add("2026-11-22T14:36:43Z stderr P half", out_));
  const AssembledRecord taken = assembler_.take(Stream::kStderr, joins_);
  EXPECT_EQ(taken.record.text, "half");
  EXPECT_TRUE(taken.cut);
  EXPECT_FALSE(assembler_.is_open(Stream::kStderr));
}

TEST_F(RecordAssemblerTest, ForgetsWhatIsOpen) {
  EXPECT_FALSE(add("2026-11-22T14:36:43Z stdout P half", out_));
  assembler_.forget();
  ASSERT_TRUE(add("2026-11-22T14:36:43Z stdout F whole", out_));
  EXPECT_EQ(out_.record.text, "whole");
}

TEST_F(RecordAssemblerTest, TextsStayValidUntilTheNextChunk) {
  EXPECT_FALSE(add("2026-11-22T14:36:43Z stdout P a", out_));
  ASSERT_TRUE(add("2026-11-22T14:36:43Z stdout F b", out_));
  const std::string_view first = out_.record.text;
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(add("2026-11-22T14:36:43Z stdout P c", out_));
    ASSERT_TRUE(add("2026-11-22T14:36:43Z stdout F d", out_));
  }
  EXPECT_EQ(first, "ab");
}

}  // namespace
}  // namespace supercargo
