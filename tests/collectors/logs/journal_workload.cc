#include "tests/collectors/logs/journal_workload.h"

#include <algorithm>
#include <iterator>

#include <gtest/gtest.h>

#include "collectors/logs/journal_changes.h"

namespace supercargo::test {
namespace {

constexpr std::uint64_t kSegmentBytes = 2048;

Stream stream_of(std::uint64_t number) {
  return number % 2 == 0 ? Stream::kStdout : Stream::kStderr;
}

}  // namespace

std::string image_of(const journal::Entries& entries) {
  std::string image;
  journal::append_state(image, /*salt=*/0, entries, /*boot_id=*/{});
  return image;
}

Result<std::unique_ptr<Journal>> open_journal(Syncer& syncer,
                                              const std::shared_ptr<ModelFileLayer>& layer) {
  return Journal::open("d", syncer.thread, {"boot", kSegmentBytes, layer});
}

JournalWorkload::JournalWorkload(std::uint64_t seed, Syncer& syncer)
    : random_(seed), syncer_(syncer), states_({image_of({})}) {}

// An agent whose journal cannot be opened is started again.
void JournalWorkload::open() {
  auto opened = open_journal(syncer_, layer_);
  for (int i = 0; i < 100 && !opened; ++i) {
    opened = open_journal(syncer_, layer_);
  }
  ASSERT_TRUE(opened) << opened.error().message;
  journal_ = std::move(*opened);
  const auto found = std::find(states_.rbegin(), states_.rend(), image());
  ASSERT_NE(found, states_.rend()) << "a state that never existed";
  states_.erase(found.base(), states_.end());
  if (journal_->segments_set_aside() == 0) {
    ASSERT_GE(states_.size() - 1, std::max(flushed_, flushed_before_damage_))
        << "an end of the agent lost a state";
  }
  flushed_before_damage_ = 0;
  flushed_ = states_.size() - 1;
  synced_ = flushed_;
  at_last_round_ = flushed_;
  rounds_until_safe_ = 0;
}

void JournalWorkload::expect_damage() {
  flushed_before_damage_ = flushed_;
  flushed_ = 0;
  synced_ = 0;
}

void JournalWorkload::end(bool killed) {
  layer_->alive = !killed;
  journal_.reset();
  layer_->alive = true;
}

void JournalWorkload::run(int steps) {
  open();
  for (int i = 0; i < steps && !testing::Test::HasFatalFailure(); ++i) {
    step();
  }
}

void JournalWorkload::step() {
  switch (random_() % 16) {
    case 0:
    case 1:
      if (journal_->entries().size() < 6) {
        journal_->add({"chain" + std::to_string(++tick_), {tick_, 1, 0, 0}, {}, 1});
      }
      break;
    case 2:
      change_entry();
      break;
    case 3:
      if (journal_->entries().size() > 2) {
        journal_->forget(any_file());
      }
      break;
    case 4:
    case 5:
    case 6:
      sync();
      break;
    case 7:
      if (random_() % 3 == 0) {
        end(/*killed=*/random_() % 2 == 0);
        open();
      }
      break;
    default:
      settle_some();
      flush();
  }
}

std::uint32_t JournalWorkload::any_file() {
  const journal::Entries& entries = journal_->entries();
  return std::next(entries.begin(), static_cast<std::ptrdiff_t>(random_() % entries.size()))->first;
}

void JournalWorkload::settle_some() {
  for (std::uint64_t i = random_() % 4; i > 0 && !journal_->entries().empty(); --i) {
    const std::uint32_t file = any_file();
    const TailMark tail{static_cast<std::uint16_t>(random_() % 2), ++tick_};
    journal_->settle(file, stream_of(tick_), tick_, tail);
    if (random_() % 2 == 0) {
      journal_->settle(file, stream_of(tick_ + 1), tick_, tail);
    }
  }
}

void JournalWorkload::change_entry() {
  if (journal_->entries().empty()) {
    return;
  }
  const std::uint32_t file = any_file();
  switch (random_() % 3) {
    case 0:
      journal_->set_identity(file, {++tick_, 1, 4, tick_});
      break;
    case 1:
      journal_->set_seen(file, static_cast<std::int64_t>(++tick_));
      break;
    default:
      journal_->set_finished(file, !journal_->entries().at(file).finished);
  }
}

void JournalWorkload::flush() {
  states_.push_back(image());  // it may be there as soon as it is written
  const std::uint64_t failed_before = layer_->failed_writes;
  const bool ok = journal_->flush().has_value();
  EXPECT_EQ(ok, layer_->failed_writes == failed_before) << "a flush tells of every failed write";
  if (ok) {
    flushed_ = states_.size() - 1;
  }
}

// After a failure the state is written anew, then its header: two rounds, a flush between.
void JournalWorkload::sync() {
  const std::uint64_t failed_before = layer_->failed_syncs;
  syncer_.thread.sync_all();
  EXPECT_FALSE(syncer_.ok && layer_->failed_syncs > failed_before);
  if (!syncer_.ok) {
    rounds_until_safe_ = 2;
  } else if (rounds_until_safe_ > 0 && flushed_ > at_last_round_) {
    --rounds_until_safe_;
  }
  at_last_round_ = flushed_;
  if (syncer_.ok && rounds_until_safe_ == 0) {
    synced_ = flushed_;
  }
}

void JournalWorkload::settle_down() {
  for (int i = 0; i < 5; ++i) {
    sync();
    flush();
  }
  ASSERT_EQ(flushed_, states_.size() - 1) << "a flush still fails";
  sync();
  ASSERT_EQ(synced_, flushed_) << "it does not get onto the disk";
}

bool JournalWorkload::may_be_found(const std::string& image, std::size_t at_least) const {
  const auto oldest = states_.begin() + static_cast<std::ptrdiff_t>(at_least);
  return std::find(oldest, states_.end(), image) != states_.end();
}

}  // namespace supercargo::test
