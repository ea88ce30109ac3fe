#include "tests/support/temp_tree.h"

#include <filesystem>
#include <stdexcept>

#include <gtest/gtest.h>

namespace supercargo::test {
namespace {

namespace fs = std::filesystem;

TEST(TempTree, IsGoneWithItsContentsAtItsEnd) {
  fs::path root;
  {
    TempTree tree;
    root = tree.root();
    tree.file("a/b/c", "x");
    tree.link("a/out", "/etc");
    ASSERT_TRUE(fs::exists(root / "a/b/c"));
  }
  EXPECT_FALSE(fs::exists(root));
  EXPECT_TRUE(fs::exists("/etc"));
}

TEST(TempTree, GivesEachTestADirectoryOfItsOwn) {
  const TempTree one;
  const TempTree two;
  EXPECT_NE(one.root(), two.root());
}

TEST(TempTree, WritesAppendsAndReadsAnyBytes) {
  TempTree tree;
  const std::string bytes("a\0\r\n\xff", 5);
  tree.file("new/file", bytes);
  tree.append("new/file", bytes);
  EXPECT_EQ(tree.read("new/file"), bytes + bytes);
  tree.file("new/file", "shorter");
  EXPECT_EQ(tree.read("new/file"), "shorter");
}

TEST(TempTree, AppendsToAFileThatIsNotThereYet) {
  TempTree tree;
  tree.append("other/file", "x");
  EXPECT_EQ(tree.read("other/file"), "x");
}

TEST(TempTree, MakesLinksToWhatNeedNotExist) {
  TempTree tree;
  tree.link("links/dangling", "/no/such/file");
  EXPECT_EQ(fs::read_symlink(tree.path("links/dangling")), "/no/such/file");
}

TEST(TempTree, RemovesWholeDirectories) {
  TempTree tree;
  tree.file("a/b", "x");
  tree.remove("a");
  EXPECT_FALSE(fs::exists(tree.path("a")));
}

TEST(TempTree, ThrowsWhenAFileCannotBeWritten) {
  TempTree tree;
  tree.directory("directory");
  EXPECT_THROW(tree.file("directory", "x"), std::runtime_error);
}

}  // namespace
}  // namespace supercargo::test
