#include "collectors/logs/sync_thread.h"

#include <cerrno>
#include <future>

#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using test::TempTree;

std::shared_ptr<SyncedFile> open_file(TempTree& tree, std::string_view name) {
  tree.file(name, "text");
  return std::make_shared<SyncedFile>(*journal::real_file_layer()->open_to_write(tree.path(name)));
}

// A file on a disk that refuses to sync.
class BrokenFile : public journal::File {
 public:
  Result<std::size_t> read_at(std::span<char> /*out*/, std::uint64_t /*offset*/) override {
    return std::size_t{0};
  }

  Result<std::size_t> write_at(std::string_view data, std::uint64_t /*offset*/) override {
    return data.size();
  }

  Status allocate(std::uint64_t /*bytes*/) override { return Ok{}; }

  Status sync() override { return errno_error("fdatasync", EIO); }

  std::int64_t written_ns() override { return 0; }
};

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
  SyncedFile broken(std::make_unique<BrokenFile>());
  broken.mark_written();
  EXPECT_FALSE(broken.sync());
  EXPECT_TRUE(broken.sync_failed());
  EXPECT_EQ(broken.synced(), 0U);
  broken.forget_failure();
  EXPECT_FALSE(broken.sync_failed());
}

TEST(SyncedFile, AFileThatIsRetiredNeedsNoSync) {
  SyncedFile broken(std::make_unique<BrokenFile>());
  broken.mark_written();
  EXPECT_FALSE(broken.sync());
  broken.retire();
  EXPECT_TRUE(broken.sync()) << "nothing to do";
  broken.mark_written();
  EXPECT_FALSE(broken.sync()) << "in use again";
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
  const auto broken = std::make_shared<SyncedFile>(std::make_unique<BrokenFile>());
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
