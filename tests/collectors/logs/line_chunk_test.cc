#include "collectors/logs/line_chunk.h"

#include <cerrno>

#include <fcntl.h>
#include <gtest/gtest.h>

#include "agent/base/fd.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

TEST(FirstLine, TakesALineWithItsLineFeed) {
  const std::optional<RawChunkLine> line = first_line("one\ntwo\n", 100, false);
  ASSERT_TRUE(line);
  EXPECT_EQ(line->text, "one");
  EXPECT_EQ(line->raw_bytes, 4U);
  EXPECT_FALSE(line->cut);
  EXPECT_EQ(first_line("\n", 100, false)->raw_bytes, 1U);
}

TEST(FirstLine, AnUnfinishedLineIsOneOnlyAtTheVeryEnd) {
  EXPECT_FALSE(first_line("one", 100, false));
  EXPECT_EQ(first_line("one", 100, true)->text, "one");
  EXPECT_EQ(first_line("one", 100, true)->raw_bytes, 3U);
  EXPECT_FALSE(first_line("", 100, true));
}

TEST(FirstLine, IsCutAtTheSamePlaceWhetherItsEndIsThereOrNot) {
  for (const std::string_view chunk : {"abcdef", "abcdefghi", "abcdefghi\n", "abcdef\n"}) {
    const std::optional<RawChunkLine> line = first_line(chunk, 5, false);
    ASSERT_TRUE(line) << chunk;
    EXPECT_EQ(line->text, "abcde");
    EXPECT_EQ(line->raw_bytes, 5U);
    EXPECT_TRUE(line->cut);
  }
  EXPECT_FALSE(first_line("abcde", 5, false)) << "its line feed may come";
  EXPECT_FALSE(first_line("abcde\n", 5, false)->cut);
}

class ReadChunk : public testing::Test {
 protected:
  ChunkRead read(std::string_view content, std::size_t want, std::size_t limit) {
    tree_.file("f", content);
    return read_file(O_RDONLY, want, limit);
  }

  ChunkRead read_file(int flags, std::size_t want, std::size_t limit) {
    const auto file = open_log_file(
        *open_at(AT_FDCWD, tree_.path("f").c_str(), flags), LogFormat::kCri, nullptr, false);
    InflaterPool inflaters;
    return read_chunk(LogBytes(**file, inflaters), 0, want, limit, bytes_);
  }

  test::TempTree tree_;
  std::string bytes_;
};

TEST_F(ReadChunk, ReadsWhatIsWantedWhereThereIsALineInIt) {
  const ChunkRead chunk = read("a\nbcdef", 4, 7);
  EXPECT_FALSE(chunk.failed);
  EXPECT_EQ(bytes_.substr(0, chunk.bytes), "a\nbc");
}

TEST_F(ReadChunk, ReadsOnToTheEndOfALineButNotBeyondTheLimit) {
  const std::string line = std::string(50'000, 'x') + "\n";
  const ChunkRead whole = read(line + line, 10, line.size() * 2);
  EXPECT_GE(whole.bytes, line.size());
  const ChunkRead limited = read(line, 10, 1'000);
  EXPECT_EQ(limited.bytes, 1'000U);
  EXPECT_FALSE(limited.failed);
}

TEST_F(ReadChunk, TellsOfAFileThatIsShorterAndOfErrors) {
  const ChunkRead shorter = read("abc", 10, 10);
  EXPECT_TRUE(shorter.failed);
  EXPECT_EQ(shorter.error_number, 0);
  const ChunkRead error = read_file(O_WRONLY, 3, 10);
  EXPECT_TRUE(error.failed);
  EXPECT_EQ(error.error_number, EBADF);
}

}  // namespace
}  // namespace supercargo
