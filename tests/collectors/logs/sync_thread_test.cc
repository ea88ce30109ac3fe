#include "collectors/logs/sync_thread.h"

#include <future>

#include <fcntl.h>
#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using test::TempTree;

std::shared_ptr<SyncedFile> open_file(TempTree& tree, std::string_view name) {
  tree.file(name, "text");
  return std::make_shared<SyncedFile>(*open_at(AT_FDCWD, tree.path(name).c_str(), O_RDWR));
}

TEST(SyncedFile, IsSyncedUpToTheLastMark) {
  TempTree tree;
  const auto file = open_file(tree, "a");
  EXPECT_EQ(file->synced(), 0U);
  EXPECT_EQ(file->mark_written(), 1U);
  EXPECT_EQ(file->mark_written(), 2U);
  EXPECT_TRUE(file->sync());
  EXPECT_EQ(file->synced(), 2U);
}

TEST(SyncedFile, AFailedSyncIsNotForgottenByOneThatWorks) {
  SyncedFile broken{UniqueFd{}};
  broken.mark_written();
  EXPECT_FALSE(broken.sync());
  EXPECT_TRUE(broken.sync_failed());
  EXPECT_EQ(broken.synced(), 0U);
  broken.forget_failure();
  EXPECT_FALSE(broken.sync_failed());
}

TEST(SyncThread, SyncsWhatWasWrittenAndTellsHowLongItTook) {
  TempTree tree;
  const auto file = open_file(tree, "a");
  std::promise<bool> synced;
  std::once_flag once;
  SyncThread thread(std::chrono::milliseconds(1), [&](double seconds, bool ok) {
    if (file->synced() == 1) {
      std::call_once(once, [&] { synced.set_value(ok && seconds >= 0); });
    }
  });
  file->mark_written();
  thread.add(file);
  auto done = synced.get_future();
  ASSERT_EQ(done.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  EXPECT_TRUE(done.get());
}

TEST(SyncThread, DoesALastRoundAtItsEnd) {
  TempTree tree;
  const auto file = open_file(tree, "a");
  {
    SyncThread thread(std::chrono::hours(1), {});
    thread.add(file);
    file->mark_written();
  }
  EXPECT_EQ(file->synced(), 1U);
}

TEST(SyncThread, ForgetsFilesThatNobodyHolds) {
  TempTree tree;
  int rounds = 0;
  SyncThread thread(std::chrono::hours(1), [&](double, bool) { ++rounds; });
  thread.add(open_file(tree, "a"));
  thread.sync_all();
  EXPECT_EQ(rounds, 0) << "nothing to sync";
}

TEST(SyncThread, TellsOfAFailureAndSyncsTheOthersAllTheSame) {
  TempTree tree;
  bool all_worked = true;
  SyncThread thread(std::chrono::hours(1), [&](double, bool ok) { all_worked = ok; });
  const auto broken = std::make_shared<SyncedFile>(UniqueFd{});
  const auto file = open_file(tree, "a");
  broken->mark_written();
  file->mark_written();
  thread.add(broken);
  thread.add(file);
  thread.sync_all();
  EXPECT_FALSE(all_worked);
  EXPECT_EQ(file->synced(), 1U);
}

}  // namespace
}  // namespace supercargo
