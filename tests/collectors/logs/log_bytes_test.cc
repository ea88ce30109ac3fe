#include "collectors/logs/log_bytes.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "tests/collectors/logs/gzip_file.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

class LogBytesTest : public testing::Test {
 protected:
  std::shared_ptr<LogFile> open(const std::string& name, LogEncoding encoding) {
    return *open_log_file(*open_at(AT_FDCWD, tree_.path(name).c_str(), O_RDONLY),
                          LogFormat::kCri,
                          nullptr,
                          /*from_end=*/false,
                          encoding);
  }

  std::string read(const LogFile& file, std::size_t bytes, std::uint64_t offset) {
    std::string out(bytes, '\0');
    out.resize(LogBytes(file, inflaters_).read_all(out.data(), bytes, offset));
    return out;
  }

  test::TempTree tree_;
  InflaterPool inflaters_;
};

TEST_F(LogBytesTest, PlainAndCompressedFilesHaveTheSameContent) {
  tree_.file("a", "one\ntwo\n");
  tree_.file("a.gz", test::gzip_of("one\ntwo\n"));
  const auto plain = open("a", LogEncoding::kPlain);
  const auto compressed = open("a.gz", LogEncoding::kGzip);
  EXPECT_EQ(read(*plain, 5, 2), "e\ntwo");
  EXPECT_EQ(read(*compressed, 5, 2), "e\ntwo");
  EXPECT_EQ(plain->size(), 8U);
  EXPECT_EQ(compressed->size(), 8U) << "of the content, not of the file on the disk";
}

TEST_F(LogBytesTest, MoreFilesThanInflatersAreReadInTurn) {
  std::vector<std::shared_ptr<LogFile>> files;
  for (char name = 'a'; name <= 'g'; ++name) {
    tree_.file(std::string(1, name), test::gzip_of(std::string(100, name)));
    files.push_back(open(std::string(1, name), LogEncoding::kGzip));
  }
  for (std::uint64_t offset = 0; offset < 100; offset += 50) {
    for (std::size_t i = 0; i < files.size(); ++i) {
      EXPECT_EQ(read(*files[i], 50, offset), std::string(50, static_cast<char>('a' + i)));
    }
  }
  inflaters_.release(*files[0]);
  EXPECT_EQ(read(*files[0], 1, 99), "a");
}

TEST_F(LogBytesTest, AFileWaitsWhileOthersAreInflated) {
  std::vector<std::shared_ptr<LogFile>> files;
  for (std::size_t i = 0; i <= InflaterPool::kInflaters; ++i) {
    const std::string name(1, static_cast<char>('a' + i));
    tree_.file(name, test::gzip_of("one\n"));
    files.push_back(open(name, LogEncoding::kGzip));
  }
  const LogFile& waiting = *files.back();
  for (std::size_t i = 0; i < InflaterPool::kInflaters; ++i) {
    EXPECT_TRUE(inflaters_.has_one_for(waiting, SteadyTime{}));
    EXPECT_EQ(read(*files[i], 1, 0), "o");
  }
  EXPECT_FALSE(inflaters_.has_one_for(waiting, SteadyTime{}));
  EXPECT_TRUE(inflaters_.has_one_for(*files[0], SteadyTime{})) << "it has one";
  EXPECT_TRUE(inflaters_.has_one_for(waiting, steady_now() + std::chrono::seconds(1)))
      << "nobody reads the others";
  inflaters_.release(*files[2]);
  EXPECT_TRUE(inflaters_.has_one_for(waiting, SteadyTime{}));
}

TEST_F(LogBytesTest, AFileTooShortForItsTrailerHoldsNothing) {
  tree_.file("a.gz", "\x1f\x8b\x08");
  const auto file = open("a.gz", LogEncoding::kGzip);
  EXPECT_EQ(file->size(), 0U);
  const LogBytes::End end = LogBytes(*file, inflaters_).find_end(0);
  EXPECT_EQ(end.offset, 0U);
  EXPECT_FALSE(end.certain) << "the rest may come";
}

TEST_F(LogBytesTest, TheEndIsCertainWhenItWasRead) {
  const std::string packed = test::gzip_of("one\ntwo\n");
  tree_.file("a.gz", packed + packed);
  const auto file = open("a.gz", LogEncoding::kGzip);
  const LogBytes::End end = LogBytes(*file, inflaters_).find_end(8);
  EXPECT_EQ(end.offset, 16U);
  EXPECT_TRUE(end.certain);
}

}  // namespace
}  // namespace supercargo
