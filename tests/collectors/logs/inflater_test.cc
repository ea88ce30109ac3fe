#include "collectors/logs/inflater.h"

#include <cerrno>
#include <random>

#include <fcntl.h>
#include <gtest/gtest.h>

#include "collectors/logs/log_file.h"
#include "tests/collectors/logs/gzip_file.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

class InflaterTest : public testing::Test {
 protected:
  void file(std::string_view bytes) {
    tree_.file("f.gz", bytes);
    file_ = *open_log_file(*open_at(AT_FDCWD, tree_.path("f.gz").c_str(), O_RDONLY),
                           LogFormat::kCri,
                           nullptr,
                           /*from_end=*/false,
                           LogEncoding::kGzip);
  }

  ssize_t read(std::uint64_t offset, std::size_t bytes) {
    out_.assign(bytes, '\0');
    const ssize_t count = inflater_.read(*file_, out_.data(), bytes, offset);
    out_.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return count;
  }

  // Reads on where a read gives less.
  std::string read_all(std::uint64_t offset, std::size_t bytes) {
    std::string all;
    while (all.size() < bytes && read(offset + all.size(), bytes - all.size()) > 0) {
      all += out_;
    }
    return all;
  }

  static std::string text(std::size_t bytes) {
    std::string text;
    for (std::size_t line = 0; text.size() < bytes; ++line) {
      text += "line " + std::to_string(line * 2'654'435'761U) + "\n";
    }
    return text.substr(0, bytes);
  }

  test::TempTree tree_;
  std::shared_ptr<LogFile> file_;
  Inflater inflater_;
  std::string out_;
};

TEST_F(InflaterTest, GivesTheTextFromAnyOffsetToItsEnd) {
  file(test::gzip_of("one\ntwo\n"));
  EXPECT_EQ(read_all(0, 100), "one\ntwo\n");
  EXPECT_EQ(read_all(4, 3), "two");
  EXPECT_EQ(read(8, 10), 0);
  EXPECT_EQ(read(1'000, 10), 0);
  EXPECT_EQ(read_all(0, 3), "one");
}

TEST_F(InflaterTest, RandomReadsOfALargeFileEqualThePlainText) {
  const std::string plain = text(3'000'000);
  file(test::gzip_of(plain));
  std::mt19937_64 random(7);
  std::uint64_t at = 0;
  for (int i = 0; i < 200; ++i) {
    const std::size_t bytes = random() % 300'000 + 1;
    ASSERT_EQ(read_all(at, bytes), plain.substr(at, bytes)) << "offset " << at;
    // Mostly onwards, sometimes back a little, now and then anywhere.
    at = i % 20 == 19 ? random() % plain.size()
                      : std::min<std::uint64_t>(plain.size(), at + random() % 50'000);
    at -= std::min<std::uint64_t>(at, random() % 20'000);
  }
}

TEST_F(InflaterTest, ReadsMembersOneAfterTheOther) {
  file(test::gzip_of("first\n") + test::gzip_of("second\n"));
  EXPECT_EQ(read_all(0, 100), "first\nsecond\n");
}

TEST_F(InflaterTest, IgnoresPaddingBehindTheEnd) {
  file(test::gzip_of("first\n") + std::string(100, '\0'));
  EXPECT_EQ(read_all(0, 100), "first\n");
}

TEST_F(InflaterTest, TellsOfDamageAndOfACutFileAfterWhatCanBeRead) {
  std::string bytes = test::gzip_of(text(500'000));
  file(bytes.substr(0, bytes.size() / 2));
  EXPECT_EQ(read_all(0, 1'000), text(1'000));
  EXPECT_EQ(read(499'999, 1), -1);
  EXPECT_EQ(errno, EBADMSG);
  bytes[0] = 'x';
  file(bytes);
  Inflater fresh;
  char byte = 0;
  EXPECT_EQ(fresh.read(*file_, &byte, 1, 0), -1);
  EXPECT_EQ(errno, EBADMSG);
}

TEST_F(InflaterTest, AFileThatCannotBeOpenedNowIsNotDamaged) {
  const auto host = std::make_shared<HostPaths>();
  host->root = tree_.root().string();
  tree_.file("f.gz", test::gzip_of("one\n"));
  file_ = *open_log_file(*open_at(AT_FDCWD, tree_.path("f.gz").c_str(), O_RDONLY),
                         LogFormat::kCri,
                         nullptr,
                         /*from_end=*/false,
                         LogEncoding::kGzip,
                         {host, "", "f.gz"});
  ASSERT_TRUE(file_->descriptor().park());
  tree_.remove("f.gz");
  EXPECT_EQ(read(0, 10), -1);
  EXPECT_EQ(errno, EAGAIN);
}

}  // namespace
}  // namespace supercargo
