// The journal on a disk that forgets what was not synced, at every write and sync.

#include <deque>
#include <filesystem>
#include <set>

#include <gtest/gtest.h>

#include "collectors/logs/journal.h"
#include "tests/collectors/logs/disk_model.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using test::DiskModel;
using test::TempTree;

constexpr std::uint64_t kSmallSegment = 4096;

// What a state is, for comparing: chain and offsets by file.
using Offsets = std::map<std::uint32_t, std::pair<std::string, std::array<std::uint64_t, 2>>>;

Offsets offsets_of(const std::map<std::uint32_t, journal::Entry>& entries) {
  Offsets offsets;
  for (const auto& [file, entry] : entries) {
    offsets[file] = {entry.chain, entry.settled};
  }
  return offsets;
}

// Drives a journal at random; knows every state that was flushed, and which of them is safe.
class Driver {
 public:
  Driver(std::uint64_t seed, const std::string& directory)
      : random_(seed),
        directory_(directory),
        disk_(std::filesystem::canonical(directory).string()) {
    disk_.on_call([this] { maybe_lose_power(); });
  }

  void run(int steps) {
    open();
    for (int i = 0; i < steps && !journal_failed_; ++i) {
      step();
    }
    disk_.on_call({});
  }

  std::uint64_t losses = 0;
  std::uint64_t restarts = 0;

 private:
  void open() {
    auto journal = Journal::open(directory_, sync_, {.segment_bytes = kSmallSegment});
    ASSERT_TRUE(journal) << journal.error().message;
    journal_ = std::move(*journal);
    ++restarts;
    ASSERT_EQ(offsets_of(journal_->entries()), states_.back())
        << "an end of the agent lost a state";
    files_.clear();
    for (const auto& [file, entry] : journal_->entries()) {
      files_.push_back(file);
    }
  }

  void step() {
    switch (random_() % 12) {
      case 0:
        if (files_.size() < 12) {
          files_.push_back(journal_->add({"chain" + std::to_string(++tick_), {}, {}, 1}));
        }
        break;
      case 1:
        if (files_.size() > 4) {
          journal_->forget(files_.front());
          files_.pop_front();
        }
        break;
      case 2:
        sync(/*works=*/random_() % 16 != 0);
        break;
      case 3:
        // Not after a failed sync: what the next agent reads back may be in memory only.
        if (rounds_until_safe_ == 0 &&
            random_() % 40 == 0) {  // an agent ends or is killed, and another begins
          flush();
          disk_.set_syncs(random_() % 2 == 0 ? DiskModel::Syncs::kWork : DiskModel::Syncs::kNone);
          journal_.reset();
          disk_.set_syncs(DiskModel::Syncs::kWork);
          open();
          safe_ = states_.size() - 1;
        }
        break;
      default:
        for (std::uint64_t i = random_() % 4; i > 0 && !files_.empty(); --i) {
          journal_->settle(files_[random_() % files_.size()],
                           random_() % 2 == 0 ? Stream::kStdout : Stream::kStderr,
                           ++tick_,
                           {});
        }
        flush();
    }
  }

  void flush() {
    states_.push_back(offsets_of(journal_->entries()));  // it may be there as soon as it is written
    const Status status = journal_->flush();
    ASSERT_TRUE(status) << status.error().message;
  }

  // A round of the sync thread, on this one.
  void sync(bool works) {
    const std::size_t flushed = states_.size() - 1;
    disk_.set_syncs(works ? DiskModel::Syncs::kWork : DiskModel::Syncs::kFail);
    sync_.sync_all();
    disk_.set_syncs(DiskModel::Syncs::kWork);
    // After a failure the state is written anew, then its header: two rounds, a flush between.
    if (!sync_ok_) {
      rounds_until_safe_ = 2;
    } else if (rounds_until_safe_ > 0 && flushed > last_synced_) {
      --rounds_until_safe_;
    }
    last_synced_ = flushed;
    if (sync_ok_ && rounds_until_safe_ == 0) {
      safe_ = flushed;
    }
  }

  void maybe_lose_power() {
    if (random_() % 23 != 0) {
      return;
    }
    ++losses;
    disk_.lose_power(random_, image_.root().string());
    const journal::Recovered recovered = journal::recover(image_.root().string());
    const Offsets found = offsets_of(recovered.state.entries);
    const auto known = std::find(states_.rbegin(), states_.rend(), found);
    journal_failed_ = known == states_.rend();
    ASSERT_FALSE(journal_failed_) << "a state that never existed";
    const auto age = static_cast<std::size_t>(known - states_.rbegin());
    journal_failed_ = states_.size() - 1 - age < safe_;
    ASSERT_FALSE(journal_failed_) << "older than the last sync";
  }

  std::mt19937_64 random_;
  const std::string directory_;
  DiskModel disk_;
  const TempTree image_;
  bool sync_ok_ = true;
  SyncThread sync_{std::chrono::hours(1), [this](double, bool ok) { sync_ok_ = ok; }};
  std::unique_ptr<Journal> journal_;
  std::deque<std::uint32_t> files_;
  std::vector<Offsets> states_{{}};
  std::size_t safe_ = 0;
  std::size_t last_synced_ = 0;
  int rounds_until_safe_ = 0;
  std::uint64_t tick_ = 0;
  bool journal_failed_ = false;
};

TEST(JournalOnAForgetfulDisk, PowerLossLeavesAStateThatWasAndNoneOlderThanTheLastSync) {
  std::uint64_t losses = 0;
  std::uint64_t restarts = 0;
  for (std::uint64_t seed = 1; losses < 5'000; ++seed) {
    const TempTree tree;
    Driver driver(seed, tree.root().string());
    driver.run(400);
    ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed;
    losses += driver.losses;
    restarts += driver.restarts;
  }
  EXPECT_GT(restarts, 20U);
}

TEST(JournalOnAForgetfulDisk, AFailedSyncIsNotTrustedAndTheJournalMovesOn) {
  const TempTree tree;
  const std::string directory = std::filesystem::canonical(tree.root()).string();
  DiskModel disk(directory);
  SyncThread sync(std::chrono::hours(1), {});
  auto journal = *Journal::open(directory, sync, {.segment_bytes = kSmallSegment});
  const Journal::FileNumber file = journal->add({"c", {}, {}, 1});
  ASSERT_TRUE(journal->flush());
  sync.sync_all();
  journal->settle(file, Stream::kStdout, 7, {});
  ASSERT_TRUE(journal->flush());
  disk.set_syncs(DiskModel::Syncs::kFail);
  sync.sync_all();
  disk.set_syncs(DiskModel::Syncs::kWork);
  for (int i = 0; i < 3; ++i) {
    sync.sync_all();
    ASSERT_TRUE(journal->flush());
  }
  sync.sync_all();
  std::mt19937_64 random(1);
  const TempTree image;
  disk.lose_power(random, image.root().string());
  const journal::Recovered recovered = journal::recover(image.root().string());
  EXPECT_EQ(recovered.state.entries.at(file).settled[0], 7U);
  EXPECT_EQ(recovered.generation, 2U) << "the other file took its turn";
}

}  // namespace
}  // namespace supercargo
