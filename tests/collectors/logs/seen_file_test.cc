#include "collectors/logs/seen_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "agent/base/fd.h"
#include "collectors/logs/parkable_fd.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

TEST(SeenFile, TellsWhatAnOpenFileTellsOfItself) {
  test::TempTree tree;
  tree.file("0.log", "four");
  const UniqueFd fd = *open_at(AT_FDCWD, tree.path("0.log").c_str(), O_RDONLY);

  struct stat status {};

  ASSERT_EQ(::fstat(fd.get(), &status), 0);
  const Result<SeenFile> by_name = SeenFile::at(AT_FDCWD, tree.path("0.log").c_str());
  const Result<SeenFile> by_descriptor = SeenFile::of(fd.get());
  for (const Result<SeenFile>& seen : {by_name, by_descriptor}) {
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->device, status.st_dev);
    EXPECT_EQ(seen->inode, status.st_ino);
    EXPECT_EQ(seen->birth_ns, birth_time(fd.get()));
    EXPECT_EQ(seen->size, 4U);
    EXPECT_EQ(seen->mtime_ns, status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec);
    EXPECT_TRUE(seen->regular);
    EXPECT_FALSE(seen->link);
  }
}

TEST(SeenFile, DoesNotFollowALink) {
  test::TempTree tree;
  tree.link("link", "/nowhere");
  const Result<SeenFile> seen = SeenFile::at(AT_FDCWD, tree.path("link").c_str());
  ASSERT_TRUE(seen);
  EXPECT_TRUE(seen->link);
  EXPECT_FALSE(seen->regular);
}

TEST(SeenFile, WhatIsNotThereIsNotFound) {
  test::TempTree tree;
  const Result<SeenFile> seen = SeenFile::at(AT_FDCWD, tree.path("x").c_str());
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace supercargo
