#include "collectors/node/kernel_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

TEST(KernelFile, ReadsTheTextAnewEachTime) {
  test::TempTree tree;
  tree.file("f", "one");
  KernelFile file(tree.path("f"));
  EXPECT_EQ(*file.read(), "one");
  tree.file("f", "a second text");
  EXPECT_EQ(*file.read(), "a second text");
}

TEST(KernelFile, ComesBackWhenTheFileDoes) {
  test::TempTree tree;
  KernelFile file(tree.path("f"));
  const auto missing = file.read();
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  tree.file("f", "here");
  EXPECT_EQ(*file.read(), "here");
}

TEST(KernelFile, ADirectoryIsAnErrorThatNamesIt) {
  test::TempTree tree;
  KernelFile file(tree.root().string());
  const auto text = file.read();
  ASSERT_FALSE(text);
  EXPECT_TRUE(text.error().message.starts_with(tree.root().string() + ": read"))
      << text.error().message;
}

TEST(KernelFile, APipeInItsPlaceIsAnErrorAndNotWaitedFor) {
  test::TempTree tree;
  ASSERT_EQ(::mkfifo(tree.path("f").c_str(), 0600), 0);
  KernelFile file(tree.path("f"));
  EXPECT_FALSE(file.read());
}

TEST(ReadNumber, WantsOneNumberAndBlanks) {
  test::TempTree tree;
  tree.file("f", " 256\n");
  KernelFile file(tree.path("f"));
  EXPECT_EQ(*read_number(file), 256U);
  tree.file("f", "256 1\n");
  EXPECT_EQ(read_number(file).error().message, tree.path("f") + ": expected one number");
}

TEST(MissingIsUnavailable, KeepsOtherErrors) {
  EXPECT_EQ(missing_is_unavailable({ErrorCode::kNotFound, "x"}).code, ErrorCode::kUnavailable);
  EXPECT_EQ(missing_is_unavailable({ErrorCode::kIo, "x"}).code, ErrorCode::kIo);
}

}  // namespace
}  // namespace supercargo
