#include "collectors/logs/journal_segments.h"

#include <cerrno>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/collectors/logs/journal_workload.h"

namespace supercargo::journal {
namespace {

using test::CallKind;
using test::DiskCall;
using test::DiskModel;
using test::Fault;
using test::ModelFileLayer;
using test::open_journal;
using test::Syncer;

// Of a journal on a modelled disk, one file of which is known.
class JournalSegments : public testing::Test {
 protected:
  void SetUp() override {
    open();
    file_ = journal_->add({"c", {}, {}, 1});
    ASSERT_TRUE(journal_->flush());
    round();
  }

  void open() {
    journal_.reset();
    auto opened = open_journal(syncer_, layer_);
    ASSERT_TRUE(opened) << opened.error().message;
    journal_ = std::move(*opened);
  }

  void settle(std::uint64_t offset) { journal_->settle(file_, Stream::kStdout, offset, {}); }

  void round() { syncer_.thread.sync_all(); }

  // Where the file stands for an agent that finds this disk.
  [[nodiscard]] std::uint64_t found_on(const DiskModel& disk) const {
    ModelFileLayer layer(disk);
    const Result<Recovered> recovered = recover(layer, "d");
    return recovered->state.entries.at(file_).settled[0];
  }

  [[nodiscard]] std::uint64_t found_after_power_loss() {
    return found_on(layer_->disk.after_power_loss(random_));
  }

  void fail(CallKind kind, int error) {
    layer_->before_call = [kind, error](const DiskCall& call) {
      return call.kind == kind ? std::optional(Fault{error}) : std::nullopt;
    };
  }

  void work_again() { layer_->before_call = {}; }

  Syncer syncer_;
  std::shared_ptr<ModelFileLayer> layer_ = std::make_shared<ModelFileLayer>();
  std::unique_ptr<Journal> journal_;
  Journal::FileNumber file_ = 0;
  std::mt19937_64 random_{1};
};

TEST_F(JournalSegments, AFailedSyncIsNotTrustedAndTheOtherSegmentTakesOver) {
  settle(7);
  ASSERT_TRUE(journal_->flush());
  fail(CallKind::kSync, EIO);
  round();
  EXPECT_FALSE(syncer_.ok);
  work_again();
  EXPECT_EQ(found_on(layer_->disk), 7U) << "after a kill";
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(journal_->flush());
    round();
    EXPECT_TRUE(syncer_.ok || i == 0);
  }
  EXPECT_EQ(found_after_power_loss(), 7U);
}

// Which of the pages are dropped is drawn: the header, what follows it, or both.
TEST_F(JournalSegments, WithoutItsPagesAfterAFailedSyncItIsWrittenAnewFromMemory) {
  layer_->failed_pages = DiskModel::FailedPages::kDropped;
  for (std::uint64_t run = 1; run <= 20; ++run) {
    open();  // its header is not synced yet: the other segment is needed still
    for (std::uint64_t i = 1; i <= 20; ++i) {
      settle(100 * run + i);
      ASSERT_TRUE(journal_->flush());
    }
    fail(CallKind::kSync, EIO);
    round();
    work_again();
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(journal_->flush());
      round();
    }
    EXPECT_EQ(found_on(layer_->disk), 100 * run + 20);
    EXPECT_EQ(found_after_power_loss(), 100 * run + 20);
  }
}

TEST_F(JournalSegments, WhatAFailedSyncLeftInMemoryOnlyTheNextAgentWritesAgain) {
  settle(7);
  ASSERT_TRUE(journal_->flush());
  fail(CallKind::kSync, EIO);
  round();
  layer_->alive = false;  // killed
  journal_.reset();
  layer_->alive = true;
  work_again();
  open();
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(found_after_power_loss(), 7U);
  }
}

TEST_F(JournalSegments, ADiskThatIsFullStopsNothingInThePreallocatedSegments) {
  layer_->disk.capacity = 0;  // no more than there is
  for (std::uint64_t offset = 1; offset < 2'000; ++offset) {
    settle(offset);
    ASSERT_TRUE(journal_->flush());
    if (offset % 10 == 0) {
      round();
    }
  }
  EXPECT_EQ(found_on(layer_->disk), 1'999U);
}

TEST_F(JournalSegments, ADiskThatIsFullAndSyncsNothingMakesFlushFailUntilItSyncs) {
  layer_->disk.capacity = 0;
  std::uint64_t offset = 1;
  for (; offset < 1'000; ++offset) {
    settle(offset);
    if (!journal_->flush()) {
      break;
    }
  }
  ASSERT_LT(offset, 1'000U) << "nothing was synced: the segment is full";
  EXPECT_FALSE(journal_->flush()) << "as long as that is so";
  for (int i = 0; i < 2; ++i) {
    round();
    (void)journal_->flush();
  }
  EXPECT_TRUE(journal_->flush());
  EXPECT_EQ(found_on(layer_->disk), offset);
}

TEST_F(JournalSegments, ADiskThatBecomesReadOnlyMakesFlushFailAndTheStateStaysInMemory) {
  fail(CallKind::kWrite, EROFS);
  settle(7);
  const Status status = journal_->flush();
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, testing::HasSubstr("Read-only file system"));
  EXPECT_EQ(journal_->entries().at(file_).settled[0], 7U);
  EXPECT_EQ(found_on(layer_->disk), 0U);
  work_again();
  EXPECT_TRUE(journal_->flush());
  EXPECT_EQ(found_on(layer_->disk), 7U);
}

TEST_F(JournalSegments, AJournalThatCannotBeOpenedSaysWhatFailed) {
  journal_.reset();
  const std::map<CallKind, int> errors = {{CallKind::kOpen, EMFILE},
                                          {CallKind::kSync, EIO},
                                          {CallKind::kWrite, ENOSPC},
                                          {CallKind::kMakeDirectory, EROFS},
                                          {CallKind::kSyncDirectory, EIO}};
  for (const auto& [kind, error] : errors) {
    fail(kind, error);
    const auto opened = open_journal(syncer_, layer_);
    ASSERT_FALSE(opened) << error;
    EXPECT_FALSE(opened.error().message.empty());
  }
  work_again();
  open();
  EXPECT_EQ(journal_->segments_set_aside(), 0U) << "nothing of that is damage";
  EXPECT_EQ(journal_->entries().count(file_), 1U);
}

TEST_F(JournalSegments, AJournalWhoseDiskIsFullAtTheStartGoesOnFromWhatItKnew) {
  settle(5);
  ASSERT_TRUE(journal_->flush());
  journal_.reset();
  JournalOptions options{.segment_bytes = 2'048, .file_layer = layer_, .waits_for_room = true};
  options.try_again_after = Milliseconds(0);
  fail(CallKind::kWrite, EIO);
  EXPECT_FALSE(Journal::open("d", syncer_.thread, options)) << "only room may come";
  fail(CallKind::kWrite, ENOSPC);
  auto opened = Journal::open("d", syncer_.thread, options);
  ASSERT_TRUE(opened) << opened.error().message;
  journal_ = std::move(*opened);
  EXPECT_EQ(journal_->entries().at(file_).settled[0], 5U);
  settle(8);
  EXPECT_FALSE(journal_->flush());
  EXPECT_EQ(found_on(layer_->disk), 5U) << "what was known stays on the disk";
  EXPECT_EQ(found_after_power_loss(), 5U);
  work_again();
  ASSERT_TRUE(journal_->flush());
  EXPECT_EQ(found_on(layer_->disk), 8U);
}

}  // namespace
}  // namespace supercargo::journal
