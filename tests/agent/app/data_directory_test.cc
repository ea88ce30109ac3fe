#include "agent/app/data_directory.h"

#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

TEST(DataDirectory, IsMadeWithItsParents) {
  const test::TempTree tree;
  ASSERT_TRUE(DataDirectory::open(tree.path("a/b/c")));
  EXPECT_TRUE(std::filesystem::is_directory(tree.path("a/b/c")));
}

TEST(DataDirectory, IsHeldByOneAtATime) {
  const test::TempTree tree;
  Result<DataDirectory> first = DataDirectory::open(tree.path("data"));
  Result<DataDirectory> second = DataDirectory::open(tree.path("data"));
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(first->try_lock());
  EXPECT_FALSE(second->try_lock());
  { const DataDirectory ends_here = std::move(*first); }
  EXPECT_TRUE(second->try_lock());
}

TEST(DataDirectory, ThatCannotBeMadeIsAnErrorThatNamesItAndSaysWhatToDo) {
  test::TempTree tree;
  tree.file("blocker", "");
  const Result<DataDirectory> directory = DataDirectory::open(tree.path("blocker/data"));
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().code, ErrorCode::kConfig);
  EXPECT_NE(directory.error().message.find(tree.path("blocker/data")), std::string::npos);
  EXPECT_NE(directory.error().message.find("choose a directory"), std::string::npos);
}

}  // namespace
}  // namespace supercargo
