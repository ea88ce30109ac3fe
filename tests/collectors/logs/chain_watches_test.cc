#include "collectors/logs/chain_watches.h"

#include <filesystem>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using Event = DirectoryWatcher::Event;

class ChainWatchesTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!watcher_.active()) {
      GTEST_SKIP() << "no inotify instance to be had";
    }
    tree_.file("d/a.log", "");
    tree_.file("d/b.log", "");
    watches_.add(a_);
    watches_.add(b_);
  }

  static ChainDirectoryOptions options(const std::string& name) {
    return {.path = "/d", .naming = plain_naming(name, name), .base_name = name};
  }

  // Chains that the events since the last call speak of.
  std::set<std::string> told(Event wanted) {
    std::set<std::string> keys;
    watcher_.drain([&](DirectoryWatcher::Watch watch, Event event) {
      watches_.for_each(watch, [&](const ChainDirectory& chain) {
        if (event == wanted) {
          keys.insert(chain.key());
        }
      });
      if (event == Event::kGone) {
        watches_.ended(watch);
      }
    });
    return keys;
  }

  test::TempTree tree_;
  HostPaths host_{.root = tree_.root().string()};
  DirectoryWatcher watcher_;
  ChainWatches watches_{watcher_};
  OpenFiles open_files_{100, 1};
  DirectoryNames names_;
  ChainDirectory a_{options("a.log"), host_, open_files_, names_};
  ChainDirectory b_{options("b.log"), host_, open_files_, names_};
};

TEST_F(ChainWatchesTest, ChainsOfADirectoryShareItsWatch) {
  EXPECT_EQ(a_.watch, b_.watch);
  EXPECT_EQ(watches_.size(), 2U);
  tree_.file("d/a.log.1", "");
  EXPECT_THAT(told(Event::kEntries), testing::ElementsAre("/d/a.log", "/d/b.log"));
  watches_.remove(a_);
  EXPECT_FALSE(a_.watch);
  tree_.file("d/a.log.2", "");
  EXPECT_THAT(told(Event::kEntries), testing::ElementsAre("/d/b.log"));
}

TEST_F(ChainWatchesTest, WritesAreToldWhileAnyOfThemIsNotPolled) {
  a_.polled = true;
  watches_.set_write_events(a_);
  tree_.append("d/a.log", "x");
  EXPECT_THAT(told(Event::kWritten), testing::SizeIs(2));
  b_.polled = true;
  watches_.set_write_events(b_);
  tree_.append("d/b.log", "x");
  EXPECT_THAT(told(Event::kWritten), testing::IsEmpty());
}

TEST_F(ChainWatchesTest, ADirectoryThatIsMadeAgainIsWatchedAgain) {
  std::filesystem::remove_all(tree_.path("d"));
  (void)told(Event::kGone);
  EXPECT_FALSE(a_.watch);
  EXPECT_EQ(watches_.size(), 0U);
  tree_.file("d/a.log", "");
  watches_.add(a_);
  tree_.file("d/a.log.1", "");
  EXPECT_THAT(told(Event::kEntries), testing::ElementsAre("/d/a.log"));
}

TEST_F(ChainWatchesTest, ADirectoryThatIsNotThereIsNoError) {
  ChainDirectory missing(
      {.path = "/missing", .naming = kubernetes_naming}, host_, open_files_, names_);
  watches_.add(missing);
  EXPECT_FALSE(missing.watch);
}

}  // namespace
}  // namespace supercargo
