#include "collectors/cgroup/cgroup_walk.h"

#include <array>
#include <set>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "agent/base/fd.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using Paths = std::multiset<std::string>;

class CgroupWalkTest : public testing::Test {
 protected:
  CgroupWalkTest() { tree_.directory("a/one"); }

  Paths walk(const std::string& closed = {}) {
    const UniqueFd root(::open(tree_.root().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    Paths paths;
    walk_.run(root.get(), [&](const FoundCgroup& found) {
      paths.emplace(found.path);
      return found.path != closed;
    });
    return paths;
  }

  test::TempTree tree_;
  CgroupWalk walk_;
};

TEST_F(CgroupWalkTest, TellsEachCgroupOnce) {
  tree_.directory("b");
  tree_.file("a/cpu.stat", "");
  EXPECT_EQ(walk(), (Paths{"/", "/a", "/a/one", "/b"}));
  EXPECT_EQ(walk(), (Paths{"/", "/a", "/a/one", "/b"}));
}

TEST_F(CgroupWalkTest, TellsParentsFirst) {
  const UniqueFd root(::open(tree_.root().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  std::string order;
  walk_.run(root.get(), [&](const FoundCgroup& found) {
    order.append(found.path).append(" ");
    return true;
  });
  EXPECT_EQ(order, "/ /a /a/one ");
}

TEST_F(CgroupWalkTest, FindsWhatCameAndForgetsWhatWent) {
  walk();
  tree_.directory("a/two/deep");
  EXPECT_EQ(walk(), (Paths{"/", "/a", "/a/one", "/a/two", "/a/two/deep"}));
  tree_.remove("a/one");
  EXPECT_EQ(walk(), (Paths{"/", "/a", "/a/two", "/a/two/deep"}));
  tree_.remove("a/two");
  EXPECT_EQ(walk(), (Paths{"/", "/a"}));
}

TEST_F(CgroupWalkTest, FindsTheOneThatTookAnothersPlace) {
  tree_.directory("a/two");
  walk();
  tree_.remove("a/one");
  tree_.directory("a/new");
  EXPECT_EQ(walk(), (Paths{"/", "/a", "/a/two", "/a/new"}));
  tree_.remove("a/new");
  tree_.directory("a/new/deep");
  EXPECT_EQ(walk(), (Paths{"/", "/a", "/a/two", "/a/new", "/a/new/deep"}));
}

TEST_F(CgroupWalkTest, GoesOnBelowOnlyWhereItIsTold) {
  EXPECT_EQ(walk("/a"), (Paths{"/", "/a"}));
  EXPECT_EQ(walk(), (Paths{"/", "/a", "/a/one"}));
  EXPECT_EQ(walk("/a"), (Paths{"/", "/a"}));
}

TEST_F(CgroupWalkTest, ListsADirectoryOnlyWhenItsChildrenHaveChanged) {
  walk();
  const UniqueFd watch(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  ASSERT_GE(::inotify_add_watch(watch.get(), tree_.path("a").c_str(), IN_OPEN), 0);
  const auto opened = [&] {
    std::array<char, 4096> events{};
    return ::read(watch.get(), events.data(), events.size()) > 0;
  };
  walk();
  EXPECT_FALSE(opened());
  tree_.directory("a/two");
  walk();
  EXPECT_TRUE(opened());
}

TEST_F(CgroupWalkTest, SurvivesTheEndOfTheTree) {
  walk();
  const UniqueFd root(::open(tree_.path("a/one").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  tree_.remove("a");
  Paths paths;
  walk_.run(root.get(), [&](const FoundCgroup& found) { return paths.emplace(found.path), true; });
  EXPECT_LE(paths.size(), 1U);
  tree_.directory("b");
  EXPECT_EQ(walk(), (Paths{"/", "/b"}));
}

}  // namespace
}  // namespace supercargo
