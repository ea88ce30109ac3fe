#include "collectors/logs/file_identity.h"

#include <filesystem>

#include <fcntl.h>
#include <gtest/gtest.h>

#include "tests/collectors/logs/gzip_file.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

class FileIdentityTest : public testing::Test {
 protected:
  std::shared_ptr<LogFile> open(const std::string& name,
                                LogFormat format = LogFormat::kCri,
                                LogEncoding encoding = LogEncoding::kPlain) {
    auto container = std::make_shared<ContainerInfo>();
    container->pod_uid = "uid";
    container->container = "app";
    container->restart = 2;
    return *open_log_file(*open_at(AT_FDCWD, tree_.path(name).c_str(), O_RDONLY),
                          format,
                          std::move(container),
                          false,
                          encoding);
  }

  LogBytes content(const LogFile& file) { return {file, inflaters_}; }

  journal::Entry entry_of(const LogFile& file, std::uint64_t settled) {
    journal::Entry entry;
    entry.identity = new_identity(file);
    (void)extend_identity(content(file), entry.identity);
    entry.settled[0] = settled;
    entry.tails[0] = mark_tail(content(file), settled);
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
  EXPECT_EQ(fit_of_inode(entry, content(*open("a"))), InodeFit::kSame);
}

TEST_F(FileIdentityTest, AnInodeWithAnotherHeadOrTailWasTruncatedWhereItsBirthIsKnown) {
  tree_.file("a", "first\nsecond\n");
  const auto file = open("a");
  journal::Entry entry = entry_of(*file, 13);
  const InodeFit changed = file->birth_ns() == 0 ? InodeFit::kOther : InodeFit::kTruncated;
  std::filesystem::resize_file(tree_.path("a"), 0);
  EXPECT_EQ(fit_of_inode(entry, content(*open("a"))),
            file->birth_ns() == 0 ? InodeFit::kOther : InodeFit::kShorter);
  tree_.append("a", "other\nand more\n");
  EXPECT_EQ(fit_of_inode(entry, content(*open("a"))), changed);
  std::filesystem::resize_file(tree_.path("a"), 0);
  tree_.append("a", "first\nSECOND\n");
  entry.identity = new_identity(*file);
  EXPECT_EQ(fit_of_inode(entry, content(*open("a"))), changed)
      << "what stands before the offset is another text";
  entry.identity.birth_ns = 0;
  EXPECT_EQ(fit_of_inode(entry, content(*open("a"))), InodeFit::kOther);
}

TEST_F(FileIdentityTest, AnInodeOfAnotherBirthIsAnotherFile) {
  tree_.file("a", "first\n");
  const auto file = open("a");
  if (file->birth_ns() == 0) {
    GTEST_SKIP() << "the filesystem keeps no time of birth";
  }
  journal::Entry entry = entry_of(*file, 6);
  entry.identity.birth_ns -= 1;
  EXPECT_EQ(fit_of_inode(entry, content(*file)), InodeFit::kOther);
}

TEST_F(FileIdentityTest, AFileThatEndsBeforeItsOffsetAndBeginsAsItDidIsShorter) {
  tree_.file("a", long_ + "tail\n");
  const journal::Entry entry = entry_of(*open("a"), 2'006);
  std::filesystem::resize_file(tree_.path("a"), 2'001);
  EXPECT_EQ(fit_of_inode(entry, content(*open("a"))), InodeFit::kShorter);
}

TEST_F(FileIdentityTest, AGzipOrACopyHasTheContentOfItsOriginal) {
  tree_.file("a", long_ + "tail\n");
  tree_.file("copy", long_ + "tail\nmore\n");
  tree_.file("a.gz", test::gzip_of(long_ + "tail\n"));
  const journal::Entry entry = entry_of(*open("a"), 2'006);
  EXPECT_TRUE(has_content_of(entry, content(*open("copy"))));
  EXPECT_TRUE(has_content_of(entry, content(*open("a.gz", LogFormat::kCri, LogEncoding::kGzip))));
}

TEST_F(FileIdentityTest, AShorterFileOrOneWithAnotherTailHasNot) {
  tree_.file("a", long_ + "tail\n");
  const journal::Entry entry = entry_of(*open("a"), 2'006);
  tree_.file("shorter", long_);
  EXPECT_FALSE(has_content_of(entry, content(*open("shorter"))));
  tree_.file("other tail", long_ + "Tail\nmore\n");
  EXPECT_FALSE(has_content_of(entry, content(*open("other tail"))));
  tree_.file("empty", "");
  EXPECT_FALSE(has_content_of(entry_of(*open("empty"), 0), content(*open("a"))))
      << "of an empty file nothing is known";
}

TEST_F(FileIdentityTest, PlainFilesThatAreWrittenToAreNeverCopies) {
  tree_.file("a", long_);
  tree_.file("alike", long_ + long_);
  const journal::Entry entry = entry_of(*open("a"), 2'001);
  const auto alike = open("alike", LogFormat::kPlain);
  alike->set_current(true);
  EXPECT_FALSE(has_content_of(entry, content(*alike)))
      << "two runs of a program may begin with the same words";
  alike->set_current(false);
  EXPECT_TRUE(has_content_of(entry, content(*alike))) << "copytruncate";
}

TEST_F(FileIdentityTest, AFewBytesWithoutTimeStampsDoNotTellACopy) {
  tree_.file("a", "x\n");
  const journal::Entry entry = entry_of(*open("a"), 2);
  tree_.file("longer", "x\ny\n");
  const auto longer = open("longer", LogFormat::kPlain);
  longer->set_current(false);
  EXPECT_FALSE(has_content_of(entry, content(*longer)));
}

TEST_F(FileIdentityTest, TheHashIsNotExtendedOverAnotherHead) {
  tree_.file("a", "first\n");
  const auto file = open("a");
  FileIdentity identity = entry_of(*file, 0).identity;
  std::filesystem::resize_file(tree_.path("a"), 0);
  tree_.append("a", "other and longer\n");
  file->update_size();
  EXPECT_FALSE(extend_identity(content(*file), identity));
  EXPECT_EQ(identity.head_bytes, 6U);
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
