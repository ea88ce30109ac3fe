#include "collectors/logs/directory_watcher.h"

#include <filesystem>
#include <set>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using Event = DirectoryWatcher::Event;
using testing::ElementsAre;
using testing::IsEmpty;

class DirectoryWatcherTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!watcher_.active()) {
      GTEST_SKIP() << "no inotify instance to be had";
    }
    tree_.directory("d");
    tree_.file("d/a", "");
    watch_ = watch(/*writes=*/false);
  }

  DirectoryWatcher::Watch watch(bool writes) {
    const Result<UniqueFd> directory =
        open_at(AT_FDCWD, tree_.path("d").c_str(), O_RDONLY | O_DIRECTORY);
    return *watcher_.watch(directory->get(), writes);
  }

  // The kinds of what has happened to the directory.
  std::set<Event> events() {
    std::set<Event> found;
    pollfd readable{watcher_.fd(), POLLIN, 0};
    if (::poll(&readable, 1, 0) == 1) {
      EXPECT_FALSE(watcher_.drain([&](DirectoryWatcher::Watch watch, Event event) {
        EXPECT_EQ(watch, watch_);
        found.insert(event);
      }));
    }
    return found;
  }

  test::TempTree tree_;
  DirectoryWatcher watcher_;
  DirectoryWatcher::Watch watch_ = -1;
};

TEST_F(DirectoryWatcherTest, TellsOfEntriesThatAreMadeRenamedOrDeleted) {
  EXPECT_THAT(events(), IsEmpty());
  tree_.file("d/b", "");
  EXPECT_THAT(events(), ElementsAre(Event::kEntries));
  std::filesystem::rename(tree_.path("d/b"), tree_.path("d/c"));
  EXPECT_THAT(events(), ElementsAre(Event::kEntries));
  std::filesystem::rename(tree_.path("d/c"), tree_.path("elsewhere"));
  EXPECT_THAT(events(), ElementsAre(Event::kEntries));
  tree_.remove("d/a");
  EXPECT_THAT(events(), ElementsAre(Event::kEntries));
}

TEST_F(DirectoryWatcherTest, TellsOfWritesOnlyWhereItIsAskedTo) {
  tree_.append("d/a", "x");
  EXPECT_THAT(events(), IsEmpty());
  EXPECT_EQ(watch(/*writes=*/true), watch_) << "the same watch, changed";
  tree_.append("d/a", "x");
  EXPECT_THAT(events(), ElementsAre(Event::kWritten));
  watch(/*writes=*/false);
  tree_.append("d/a", "x");
  EXPECT_THAT(events(), IsEmpty());
}

TEST_F(DirectoryWatcherTest, TellsThatTheDirectoryIsGone) {
  std::filesystem::remove_all(tree_.path("d"));
  EXPECT_TRUE(events().contains(Event::kGone));
}

TEST_F(DirectoryWatcherTest, IsQuietAfterUnwatch) {
  watcher_.unwatch(watch_);
  (void)events();  // that the watch is over
  tree_.file("d/b", "");
  EXPECT_THAT(events(), IsEmpty());
}

TEST_F(DirectoryWatcherTest, AFileIsNoDirectory) {
  const Result<UniqueFd> file = open_at(AT_FDCWD, tree_.path("d/a").c_str(), O_RDONLY);
  EXPECT_FALSE(watcher_.watch(file->get(), false));
}

}  // namespace
}  // namespace supercargo
