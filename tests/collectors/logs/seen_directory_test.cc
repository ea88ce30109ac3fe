#include "collectors/logs/seen_directory.h"

#include <array>
#include <filesystem>

#include <fcntl.h>
#include <gtest/gtest.h>

#include "agent/base/clock.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using test::TempTree;

// Time stamps of a test's directories are of this moment, which is too young to be trusted.
void set_mtime(const std::string& path, std::int64_t seconds) {
  const std::array<timespec, 2> times{timespec{seconds, 0}, timespec{seconds, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times.data(), 0), 0);
}

struct stat status_of(const std::string& path) {
  struct stat status {};

  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status;
}

class SeenDirectoryTest : public testing::Test {
 protected:
  void SetUp() override {
    tree_.directory("var/log/pods/a");
    host_.root = tree_.root().string();
    set_mtime(tree_.path("var/log/pods/a"), 1'000);
    seen_.remember(status_of(tree_.path("var/log/pods/a")), unix_nanoseconds_now());
  }

  [[nodiscard]] bool is_at(const std::string& path) const { return seen_.is_at(host_, path); }

  TempTree tree_;
  HostPaths host_;
  SeenDirectory seen_;
};

TEST_F(SeenDirectoryTest, KnowsADirectoryThatDidNotChange) {
  EXPECT_TRUE(is_at("/var/log/pods/a"));
  EXPECT_TRUE(seen_.is(status_of(tree_.path("var/log/pods/a"))));
}

TEST_F(SeenDirectoryTest, IsInDoubtAfterANewEntryAndAfterForget) {
  tree_.file("var/log/pods/a/0.log", "");
  EXPECT_FALSE(is_at("/var/log/pods/a"));
  set_mtime(tree_.path("var/log/pods/a"), 1'000);
  EXPECT_TRUE(is_at("/var/log/pods/a"));
  seen_.forget();
  EXPECT_FALSE(is_at("/var/log/pods/a"));
}

TEST_F(SeenDirectoryTest, IsInDoubtWhenTheTimeStampIsAsYoungAsTheLook) {
  tree_.file("var/log/pods/a/0.log", "");
  seen_.remember(status_of(tree_.path("var/log/pods/a")), unix_nanoseconds_now());
  EXPECT_FALSE(is_at("/var/log/pods/a"));
}

TEST_F(SeenDirectoryTest, AnotherDirectoryAtTheSamePathIsAnother) {
  tree_.directory("var/log/pods/b");
  set_mtime(tree_.path("var/log/pods/b"), 1'000);
  std::filesystem::rename(tree_.path("var/log/pods/a"), tree_.path("var/log/pods/c"));
  EXPECT_FALSE(is_at("/var/log/pods/a"));
  std::filesystem::rename(tree_.path("var/log/pods/b"), tree_.path("var/log/pods/a"));
  EXPECT_FALSE(is_at("/var/log/pods/a"));
  EXPECT_TRUE(is_at("/var/log/pods/c"));
}

// /var/log/pods -> /data/pods leads below the host's root, not below ours: that look is in doubt,
// and the way through the host's root finds it.
TEST_F(SeenDirectoryTest, IsInDoubtWhereALinkLeadsOutOfTheHostsRoot) {
  std::filesystem::create_directory_symlink("/var/log/pods", tree_.path("linked"));
  EXPECT_FALSE(is_at("/linked/a"));
  std::filesystem::create_directory_symlink("var/log/pods", tree_.path("inside"));
  EXPECT_TRUE(is_at("/inside/a"));
}

}  // namespace
}  // namespace supercargo
