#include "collectors/logs/file_identity.h"

#include <filesystem>

#include <fcntl.h>
#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

class FileIdentityTest : public testing::Test {
 protected:
  std::shared_ptr<LogFile> open(const std::string& name, LogFormat format = LogFormat::kCri) {
    auto container = std::make_shared<ContainerInfo>();
    container->pod_uid = "uid";
    container->container = "app";
    container->restart = 2;
    return *open_log_file(*open_at(AT_FDCWD, tree_.path(name).c_str(), O_RDONLY),
                          format,
                          std::move(container),
                          false);
  }

  LogBytes content(const LogFile& file) { return {file, inflaters_}; }

  journal::Entry entry_of(const LogFile& file, std::uint64_t settled) {
    journal::Entry entry{"chain", new_identity(file), {settled, 0}, 0};
    (void)extend_identity(content(file), entry.identity);
    return entry;
  }

  test::TempTree tree_;
  InflaterPool inflaters_;
  const std::string long_ = std::string(2'000, 'x') + "\n";
};

TEST_F(FileIdentityTest, HashesAsMuchOfTheHeadAsIsAskedForAndThere) {
  tree_.file("a", "same head, other tail");
  tree_.file("b", "same head, and more of it");
  EXPECT_EQ(*hash_head(content(*open("a")), 10), *hash_head(content(*open("b")), 10));
  EXPECT_NE(*hash_head(content(*open("a")), 12), *hash_head(content(*open("b")), 12));
  EXPECT_FALSE(hash_head(content(*open("a")), 22));
  tree_.file("long", std::string(5'000, 'x'));
  EXPECT_EQ(*hash_head(content(*open("long")), 1'024), *hash_head(content(*open("long")), 4'000));
}

TEST_F(FileIdentityTest, AFileThatHasGrownIsTheSame) {
  tree_.file("a", "first\n");
  const journal::Entry entry = entry_of(*open("a"), 6);
  EXPECT_EQ(entry.identity.head_bytes, 6U);
  tree_.append("a", "second\n");
  EXPECT_TRUE(is_same_file(entry, content(*open("a"))));
}

TEST_F(FileIdentityTest, AnInodeWithAnotherHeadIsAnotherFile) {
  tree_.file("a", "first\n");
  const journal::Entry entry = entry_of(*open("a"), 6);
  std::filesystem::resize_file(tree_.path("a"), 0);
  EXPECT_FALSE(is_same_file(entry, content(*open("a"))));
  tree_.append("a", "other\nand more\n");
  EXPECT_FALSE(is_same_file(entry, content(*open("a"))));
}

TEST_F(FileIdentityTest, AnInodeOfAnotherBirthIsAnotherFile) {
  tree_.file("a", "first\n");
  const auto file = open("a");
  if (file->birth_ns() == 0) {
    GTEST_SKIP() << "the filesystem keeps no time of birth";
  }
  journal::Entry entry = entry_of(*file, 6);
  entry.identity.birth_ns -= 1;
  EXPECT_FALSE(is_same_file(entry, content(*file)));
}

TEST_F(FileIdentityTest, ACopyWithAFullHeadIsTheSameFile) {
  tree_.file("a", long_);
  tree_.file("copy", long_);
  EXPECT_TRUE(is_same_file(entry_of(*open("a"), 2'001), content(*open("copy"))));
}

TEST_F(FileIdentityTest, AShortOrShorterOrPlainFileWithTheSameHeadIsNoCopy) {
  tree_.file("short", "first\n");
  tree_.file("short copy", "first\n");
  EXPECT_FALSE(is_same_file(entry_of(*open("short"), 6), content(*open("short copy"))));
  tree_.file("a", long_ + long_);
  tree_.file("cut copy", long_);
  EXPECT_FALSE(is_same_file(entry_of(*open("a"), 4'002), content(*open("cut copy"))));
  tree_.file("alike", long_ + long_);
  EXPECT_FALSE(
      is_same_file(entry_of(*open("a"), 2'001), content(*open("alike", LogFormat::kPlain))))
      << "two runs of a program may begin with the same words";
}

TEST_F(FileIdentityTest, TheHashGrowsWithTheFileUpToItsFullLength) {
  tree_.file("a", "");
  FileIdentity identity = new_identity(*open("a"));
  EXPECT_FALSE(extend_identity(content(*open("a")), identity));
  tree_.append("a", "12345");
  EXPECT_TRUE(extend_identity(content(*open("a")), identity));
  EXPECT_EQ(identity.head_bytes, 5U);
  tree_.append("a", long_);
  EXPECT_TRUE(extend_identity(content(*open("a")), identity));
  EXPECT_EQ(identity.head_bytes, FileIdentity::kHeadBytes);
  tree_.append("a", long_);
  EXPECT_FALSE(extend_identity(content(*open("a")), identity));
}

TEST_F(FileIdentityTest, FindsTheEndOfTheLastWholeLine) {
  tree_.file("a", "");
  EXPECT_EQ(last_line_end(content(*open("a"))), 0U);
  tree_.append("a", "half");
  EXPECT_EQ(last_line_end(content(*open("a"))), 0U);
  tree_.append("a", " a line\nand");
  EXPECT_EQ(last_line_end(content(*open("a"))), 12U);
  tree_.append("a", std::string(100'000, 'x'));
  EXPECT_EQ(last_line_end(content(*open("a"))), 100'015U - 65'536U) << "a very long line is cut";
}

TEST_F(FileIdentityTest, LinesAreNamedByContainerAndFirstLineOnly) {
  tree_.file("a", "first\nsecond\n");
  const std::string prefix = make_id_prefix(content(*open("a")));
  EXPECT_TRUE(prefix.starts_with("uid/app/2/")) << prefix;
  EXPECT_EQ(prefix.size(), 26U);
  tree_.append("a", "third\n");
  EXPECT_EQ(make_id_prefix(content(*open("a"))), prefix);
  tree_.file("b", "first \nsecond\n");
  EXPECT_NE(make_id_prefix(content(*open("b"))), prefix);
}

}  // namespace
}  // namespace supercargo
