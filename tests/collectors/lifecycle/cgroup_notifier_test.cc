#include "collectors/lifecycle/cgroup_notifier.h"

#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

class CgroupNotifierTest : public ::testing::Test {
 protected:
  CgroupNotifierTest() {
    tree_.directory("pods/one");
    root_ = *open_at(AT_FDCWD, tree_.root().c_str(), O_RDONLY | O_DIRECTORY);
    notifier_.emplace(root_.get());
  }

  std::vector<std::string> drain() {
    std::vector<std::string> happened;
    EXPECT_TRUE(notifier_->drain([&](CgroupNotifier::What what, std::string_view cgroup) {
      const char* const words[] = {"made ", "removed ", "counted "};
      happened.push_back(words[static_cast<int>(what)] + std::string(cgroup));
    }));
    return happened;
  }

  test::TempTree tree_;
  UniqueFd root_;
  std::optional<CgroupNotifier> notifier_;
};

using Happened = std::vector<std::string>;

TEST_F(CgroupNotifierTest, TellsWhichCgroupsComeAndGo) {
  notifier_->watch_children("/pods");
  tree_.directory("pods/two");
  tree_.file("pods/memory.events", "");
  tree_.remove("pods/one");
  EXPECT_EQ(drain(), (Happened{"made /pods/two", "removed /pods/one"}));
  EXPECT_EQ(drain(), Happened());
}

TEST_F(CgroupNotifierTest, NamesChildrenOfTheRoot) {
  notifier_->watch_children("/");
  tree_.directory("system.slice");
  EXPECT_EQ(drain(), (Happened{"made /system.slice"}));
}

TEST_F(CgroupNotifierTest, TellsWhoseFileWasChanged) {
  tree_.file("pods/one/memory.events", "oom_kill 0\n");
  notifier_->watch_file("/pods/one", "memory.events");
  tree_.append("pods/one/memory.events", "oom_kill 1\n");
  EXPECT_EQ(drain(), (Happened{"counted /pods/one"}));
}

TEST_F(CgroupNotifierTest, TellsOneChangeAloneWhereThatIsWanted) {
  tree_.file("pods/one/memory.events", "max 0\n");
  notifier_->watch_file_once("/pods/one", "memory.events");
  tree_.append("pods/one/memory.events", "max 1\n");
  EXPECT_EQ(drain(), (Happened{"counted /pods/one"}));
  tree_.append("pods/one/memory.events", "max 2\n");
  EXPECT_EQ(drain(), Happened());
  notifier_->watch_file_once("/pods/one", "memory.events");
  tree_.append("pods/one/memory.events", "max 3\n");
  EXPECT_EQ(drain(), (Happened{"counted /pods/one"}));
}

TEST_F(CgroupNotifierTest, FollowsAnotherDirectoryOfTheSameName) {
  notifier_->watch_children("/pods/one");
  tree_.remove("pods/one");
  EXPECT_EQ(drain(), Happened());
  tree_.directory("pods/one");
  notifier_->watch_children("/pods/one");
  tree_.directory("pods/one/child");
  EXPECT_EQ(drain(), (Happened{"made /pods/one/child"}));
}

TEST_F(CgroupNotifierTest, WhatIsNotThereIsNotWatched) {
  notifier_->watch_children("/nowhere");
  notifier_->watch_file("/pods/one", "cgroup.events");
  EXPECT_EQ(drain(), Happened());
}

}  // namespace
}  // namespace supercargo
