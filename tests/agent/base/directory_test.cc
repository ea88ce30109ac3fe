#include "agent/base/directory.h"

#include <map>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>

#include "agent/base/fd.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using Type = DirectoryReader::Type;

TEST(DirectoryReader, ReadsEveryEntryEachTimeFromTheStart) {
  test::TempTree tree;
  for (int i = 0; i < 2000; ++i) {
    tree.directory("d/child" + std::to_string(i));
  }
  const Result<UniqueFd> directory =
      open_at(AT_FDCWD, tree.path("d").c_str(), O_RDONLY | O_DIRECTORY);
  ASSERT_TRUE(directory);
  DirectoryReader reader;
  for (int pass = 0; pass < 2; ++pass) {
    std::size_t count = 0;
    ASSERT_TRUE(reader.read(directory->get(), [&](std::string_view, Type) { ++count; }));
    EXPECT_EQ(count, 2000U);
  }
}

TEST(DirectoryReader, TellsTypesApart) {
  test::TempTree tree;
  tree.directory("d/dir");
  tree.file("d/file", "");
  tree.link("d/link", "/nowhere");
  const Result<UniqueFd> directory =
      open_at(AT_FDCWD, tree.path("d").c_str(), O_RDONLY | O_DIRECTORY);
  ASSERT_TRUE(directory);
  std::map<std::string, Type> types;
  DirectoryReader reader;
  ASSERT_TRUE(reader.read(directory->get(),
                          [&](std::string_view name, Type type) { types.emplace(name, type); }));
  const std::map<std::string, Type> expected{
      {"dir", Type::kDirectory}, {"file", Type::kFile}, {"link", Type::kLink}};
  EXPECT_EQ(types, expected);
}

TEST(DirectoryReader, FailsOnWhatIsNoDirectory) {
  test::TempTree tree;
  tree.file("file", "");
  const Result<UniqueFd> file = open_at(AT_FDCWD, tree.path("file").c_str(), O_RDONLY);
  ASSERT_TRUE(file);
  DirectoryReader reader;
  EXPECT_FALSE(reader.read(file->get(), [](std::string_view, Type) {}));
}

}  // namespace
}  // namespace supercargo
