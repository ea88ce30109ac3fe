// The journal on a disk that becomes full: a small tmpfs of its own.

#include <cerrno>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/mount.h>

#include "collectors/logs/journal.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using test::TempTree;

class JournalOnAFullDisk : public testing::Test {
 protected:
  void SetUp() override {
    tree_.directory("j");
    if (::mount("tmpfs", tree_.path("j").c_str(), "tmpfs", 0, "size=256k") != 0) {
      GTEST_SKIP() << "cannot mount a tmpfs: " << errno;
    }
    mounted_ = true;
  }

  void TearDown() override {
    journal_.reset();
    if (mounted_) {
      (void)::umount2(tree_.path("j").c_str(), MNT_DETACH);
    }
  }

  void fill() const {
    std::ofstream filler(tree_.path("j/filler"), std::ios::binary);
    while (filler.write(std::string(4096, 'x').data(), 4096).flush()) {
    }
  }

  void open() {
    journal_.reset();
    Result<std::unique_ptr<Journal>> opened =
        Journal::open(tree_.path("j"), sync_, {.segment_bytes = 16'384});
    ASSERT_TRUE(opened) << opened.error().message;
    journal_ = std::move(*opened);
  }

  void flush() {
    const Status status = journal_->flush();
    ASSERT_TRUE(status) << status.error().message;
  }

  TempTree tree_;
  SyncThread sync_{std::chrono::hours(1), {}};
  std::unique_ptr<Journal> journal_;
  bool mounted_ = false;
};

TEST_F(JournalOnAFullDisk, GoesOnInItsPreallocatedSegmentsForEver) {
  open();
  const Journal::FileNumber a = journal_->add({"a", {}, {}, 1});
  flush();
  fill();
  for (std::uint64_t offset = 1; offset < 20'000; ++offset) {
    journal_->settle(a, Stream::kStdout, offset, {});
    flush();
    if (offset % 20 == 0) {
      sync_.sync_all();
    }
  }
  open();
  EXPECT_EQ(journal_->entries().at(a).settled[0], 19'999U);
}

TEST_F(JournalOnAFullDisk, FailsWithoutASyncAndRecoversAfterIt) {
  open();
  const Journal::FileNumber a = journal_->add({"a", {}, {}, 1});
  flush();
  fill();
  std::uint64_t offset = 1;
  for (; offset < 10'000; ++offset) {
    journal_->settle(a, Stream::kStdout, offset, {});
    if (!journal_->flush()) {
      break;
    }
  }
  ASSERT_LT(offset, 10'000U) << "nothing was synced: the segment is full";
  for (int i = 0; i < 3; ++i) {
    sync_.sync_all();
    (void)journal_->flush();
  }
  flush();
  open();
  EXPECT_EQ(journal_->entries().at(a).settled[0], offset);
}

TEST_F(JournalOnAFullDisk, WithoutAnyRoomCursorsWaitInMemoryUntilThereIsSome) {
  fill();
  EXPECT_FALSE(Journal::open(tree_.path("j/out"), sync_, {.segment_bytes = 16'384}));
  const JournalOptions options{
      .segment_bytes = 16'384, .waits_for_room = true, .try_again_after = Milliseconds(0)};
  auto opened = Journal::open(tree_.path("j/out"), sync_, options);
  ASSERT_TRUE(opened) << opened.error().message;
  journal_ = std::move(*opened);
  EXPECT_TRUE(journal_->is_new());
  const Journal::FileNumber a = journal_->add({"a", {}, {}, 1});
  journal_->settle(a, Stream::kStdout, 7, {});
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(journal_->flush());
  }
  EXPECT_EQ(journal_->entries().at(a).settled[0], 7U);
  tree_.remove("j/filler");
  flush();
  journal_->settle(a, Stream::kStdout, 9, {});
  flush();
  journal_.reset();
  opened = Journal::open(tree_.path("j/out"), sync_, options);
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_FALSE((*opened)->is_new());
  EXPECT_EQ((*opened)->entries().at(a).settled[0], 9U);
}

TEST_F(JournalOnAFullDisk, ItIsNotLookedAtWithEachFlush) {
  fill();
  auto opened = Journal::open(
      tree_.path("j"),
      sync_,
      {.segment_bytes = 16'384, .waits_for_room = true, .try_again_after = std::chrono::hours(1)});
  ASSERT_TRUE(opened) << opened.error().message;
  tree_.remove("j/filler");
  EXPECT_FALSE((*opened)->flush());
}

}  // namespace
}  // namespace supercargo
