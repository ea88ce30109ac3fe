#include "collectors/logs/journal_file_layer.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo::journal {
namespace {

using test::TempTree;

std::string read_at(File& file, std::size_t bytes, std::uint64_t offset) {
  std::string out(bytes, '\0');
  const Result<std::size_t> count = file.read_at(out, offset);
  EXPECT_TRUE(count);
  out.resize(count ? *count : 0);
  return out;
}

TEST(RealFileLayer, AFileIsMadeWrittenReadAndSynced) {
  const TempTree tree;
  const auto layer = real_file_layer();
  auto file = layer->open_to_write(tree.path("f"));
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_TRUE((*file)->allocate(100));
  EXPECT_EQ(std::filesystem::file_size(tree.path("f")), 100U);
  const Result<std::size_t> written = (*file)->write_at("text", 10);
  ASSERT_TRUE(written);
  EXPECT_EQ(*written, 4U);
  EXPECT_TRUE((*file)->sync());
  EXPECT_TRUE(layer->sync_directory(tree.root().string()));
  const auto again = layer->open_to_read(tree.path("f"));
  ASSERT_TRUE(again);
  EXPECT_EQ(read_at(**again, 6, 9), std::string("\0text\0", 6));
  EXPECT_EQ(read_at(**again, 6, 100), "") << "the end";
}

TEST(RealFileLayer, AFileThatIsOpenedToBeWrittenKeepsWhatIsInIt) {
  TempTree tree;
  tree.file("f", "before");
  auto file = real_file_layer()->open_to_write(tree.path("f"));
  ASSERT_TRUE(file);
  EXPECT_EQ(read_at(**file, 6, 0), "before");
}

TEST(RealFileLayer, OnlyAFileThatIsNotThereIsNotFound) {
  TempTree tree;
  tree.file("f", "");
  const auto layer = real_file_layer();
  const auto missing = layer->open_to_read(tree.path("missing"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  const auto below_file = layer->open_to_read(tree.path("f/f"));
  ASSERT_FALSE(below_file);
  EXPECT_EQ(below_file.error().code, ErrorCode::kIo);
}

TEST(RealFileLayer, ADirectoryIsMadeOnceAndRenamesReplace) {
  TempTree tree;
  tree.file("a", "a");
  tree.file("b", "b");
  const auto layer = real_file_layer();
  EXPECT_TRUE(layer->make_directory(tree.path("d")));
  EXPECT_TRUE(layer->make_directory(tree.path("d")));
  EXPECT_TRUE(std::filesystem::is_directory(tree.path("d")));
  EXPECT_FALSE(layer->make_directory(tree.path("missing/d")));
  EXPECT_TRUE(layer->rename(tree.path("a"), tree.path("b")));
  EXPECT_EQ(tree.read("b"), "a");
  const Status missing = layer->rename(tree.path("a"), tree.path("b"));
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find(tree.path("a")), std::string::npos) << "says which file";
}

TEST(RealFileLayer, TheErrorsOfADirectoryOpenedAsAFileAreTold) {
  TempTree tree;
  tree.directory("d");
  const auto layer = real_file_layer();
  EXPECT_FALSE(layer->open_to_write(tree.path("d")));
  auto opened = layer->open_to_read(tree.path("d"));
  ASSERT_TRUE(opened) << "the kernel allows that";
  std::string out(10, '\0');
  EXPECT_FALSE((*opened)->read_at(out, 0));
  EXPECT_FALSE((*opened)->write_at("x", 0));
  EXPECT_FALSE((*opened)->allocate(1));
  EXPECT_FALSE(layer->sync_directory(tree.path("missing")));
}

}  // namespace
}  // namespace supercargo::journal
