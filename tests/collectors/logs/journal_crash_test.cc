// The journal when the agent is killed or the power fails at any of its system calls, in the middle
// of them too, and when any of them fails.

#include <cerrno>
#include <cstdio>

#include <gtest/gtest.h>

#include "tests/collectors/logs/journal_workload.h"

namespace supercargo {
namespace {

using test::CallKind;
using test::DiskCall;
using test::DiskModel;
using test::Fault;
using test::image_of;
using test::JournalWorkload;
using test::ModelFileLayer;
using test::open_journal;
using test::Syncer;

constexpr int kSteps = 80;

// Sanitizers make each of them twenty times as slow.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t kSeeds = 6;
#else
constexpr std::uint64_t kSeeds = 60;
#endif

// What the next agent finds on this disk; it works on, is killed, and the next one finds that.
class NextAgent {
 public:
  explicit NextAgent(const DiskModel& disk) : layer_(std::make_shared<ModelFileLayer>(disk)) {}

  // Empty: it cannot begin.
  std::string find(Syncer& syncer) {
    auto opened = open_journal(syncer, layer_);
    if (!opened) {
      ADD_FAILURE() << opened.error().message;
      return {};
    }
    journal_ = std::move(*opened);
    EXPECT_EQ(journal_->segments_set_aside(), 0U) << "a crash is no damage";
    return image_of(journal_->entries());
  }

  void work_on(Syncer& syncer, std::mt19937_64& random) {
    const Journal::FileNumber file = journal_->add({"a new one", {}, {}, 2});
    journal_->settle(file, Stream::kStderr, 5, {5, 55});
    ASSERT_TRUE(journal_->flush());
    const std::string image = image_of(journal_->entries());
    NextAgent after_kill(layer_->disk);
    EXPECT_EQ(after_kill.find(syncer), image) << "after a kill of the next agent";
    after_kill.journal_.reset();
    syncer.thread.sync_all();
    NextAgent after_loss(layer_->disk.after_power_loss(random));
    EXPECT_EQ(after_loss.find(syncer), image) << "after a power loss of the next agent";
  }

 private:
  std::shared_ptr<ModelFileLayer> layer_;
  std::unique_ptr<Journal> journal_;
};

// Looks at the disk of a workload as crashes would leave it.
class Crashes {
 public:
  Crashes(const JournalWorkload& workload, Syncer& syncer, std::uint64_t seed)
      : workload_(workload), syncer_(syncer), random_(seed) {}

  // Before the call; within it, when it is a write: so many of its sectors are there.
  void at(const DiskModel& disk, const DiskCall& call) {
    both(disk);
    if (call.kind != CallKind::kWrite) {
      return;
    }
    const std::size_t to_bound = DiskModel::kSector - call.offset % DiskModel::kSector;
    for (std::size_t cut = to_bound; cut < call.data.size(); cut += DiskModel::kSector) {
      DiskModel torn = disk;
      (void)torn.write(call.file, call.data.substr(0, cut), call.offset);
      both(torn);
    }
  }

  void both(const DiskModel& disk) {
    expect_state(disk, workload_.flushed(), "kill");
    for (int i = 0; i < 2; ++i) {
      expect_state(disk.after_power_loss(random_), workload_.synced(), "power loss");
    }
  }

  std::uint64_t tried = 0;

 private:
  void expect_state(const DiskModel& disk, std::size_t at_least, const char* crash) {
    ++tried;
    NextAgent next(disk);
    ASSERT_TRUE(workload_.may_be_found(next.find(syncer_), at_least))
        << crash << ": a state that never existed, or older than it may be";
    if (tried % 8 == 0) {
      next.work_on(syncer_, random_);
    }
  }

  const JournalWorkload& workload_;
  Syncer& syncer_;
  std::mt19937_64 random_;
};

TEST(JournalCrash, ACrashAtAnyCallLeavesWhatWasFlushedAndAPowerLossWhatWasSynced) {
  Syncer syncer;
  Syncer syncer_of_next;
  std::uint64_t tried = 0;
  std::uint64_t calls = 0;
  for (std::uint64_t seed = 1; seed <= 8 * kSeeds; ++seed) {
    JournalWorkload workload(seed, syncer);
    Crashes crashes(workload, syncer_of_next, seed);
    workload.layer().before_call = [&](const DiskCall& call) {
      ++calls;
      if (!testing::Test::HasFailure()) {
        crashes.at(workload.layer().disk, call);
      }
      return std::nullopt;
    };
    workload.run(kSteps);
    workload.layer().before_call = {};
    crashes.both(workload.layer().disk);
    ASSERT_FALSE(HasFailure()) << "seed " << seed << ", call " << calls;
    tried += crashes.tried;
  }
  std::printf("%llu crash points at %llu calls\n",
              static_cast<unsigned long long>(tried),
              static_cast<unsigned long long>(calls));
}

// What a call of that kind may fail with.
int error_of(CallKind kind) {
  switch (kind) {
    case CallKind::kOpen:
      return EMFILE;
    case CallKind::kWrite:
    case CallKind::kAllocate:
    case CallKind::kMakeDirectory:
      return ENOSPC;
    default:
      return EIO;
  }
}

// About half of a write happens, up to a sector's bound: the kernel copies in larger pieces.
std::optional<Fault> fault_of(const DiskCall& call, bool is_short) {
  const std::uint64_t half = (call.offset + call.data.size() / 2) / DiskModel::kSector;
  const std::uint64_t bound = half * DiskModel::kSector;
  const std::size_t written = bound > call.offset ? bound - call.offset : 0;
  if (is_short && call.kind == CallKind::kWrite) {
    return written > 0 ? std::optional(Fault{0, written}) : std::nullopt;
  }
  return Fault{error_of(call.kind), written};
}

// One run in which the call of that number fails, or, when it is a write, is short.
class FaultyRun {
 public:
  FaultyRun(std::uint64_t seed, Syncer& syncer, Syncer& syncer_of_next)
      : workload_(seed, syncer), crashes_(workload_, syncer_of_next, seed) {}

  // How many calls it has; the fault may be after them.
  std::uint64_t run(std::uint64_t faulty_call, bool is_short) {
    workload_.layer().before_call = [&](const DiskCall& call) -> std::optional<Fault> {
      if (calls_ > faulty_call && calls_ % 16 == 0 && !testing::Test::HasFailure()) {
        crashes_.at(workload_.layer().disk, call);
      }
      if (calls_++ != faulty_call) {
        return std::nullopt;
      }
      if (call.kind == CallKind::kRead) {
        workload_.expect_damage();
      }
      return fault_of(call, is_short);
    };
    workload_.run(kSteps);
    workload_.layer().before_call = {};
    workload_.settle_down();
    crashes_.both(workload_.layer().disk);
    return calls_;
  }

  [[nodiscard]] std::uint64_t crash_points() const { return crashes_.tried; }

 private:
  JournalWorkload workload_;
  Crashes crashes_;
  std::uint64_t calls_ = 0;
};

TEST(JournalCrash, ADiskThatFailsNowAndThenLosesNothingEither) {
  Syncer syncer;
  Syncer syncer_of_next;
  std::uint64_t tried = 0;
  for (std::uint64_t seed = 1; seed <= 16 * kSeeds; ++seed) {
    JournalWorkload workload(seed, syncer);
    Crashes crashes(workload, syncer_of_next, seed);
    std::mt19937_64 random(seed);
    workload.layer().before_call = [&](const DiskCall& call) -> std::optional<Fault> {
      if (random() % 16 == 0 && !testing::Test::HasFailure()) {
        crashes.at(workload.layer().disk, call);
      }
      const bool fails = random() % 12 == 0 && call.kind != CallKind::kRead;
      return fails ? fault_of(call, /*is_short=*/random() % 4 == 0) : std::nullopt;
    };
    workload.run(kSteps);
    workload.layer().before_call = {};
    workload.settle_down();
    crashes.both(workload.layer().disk);
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
    tried += crashes.tried;
  }
  std::printf("%llu crash points\n", static_cast<unsigned long long>(tried));
}

TEST(JournalCrash, AnErrorOfAnyCallLosesNothingAndIsRepairedByLaterFlushes) {
  Syncer syncer;
  Syncer syncer_of_next;
  std::uint64_t errors = 0;
  std::uint64_t tried = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    std::uint64_t calls = 1;
    for (std::uint64_t faulty = 0; faulty < calls; ++faulty) {
      for (const bool is_short : {false, true}) {
        FaultyRun run(seed, syncer, syncer_of_next);
        calls = run.run(faulty, is_short);
        ASSERT_FALSE(HasFailure()) << "seed " << seed << ", call " << faulty << ", " << is_short;
        ++errors;
        tried += run.crash_points();
      }
    }
  }
  std::printf("%llu errors, %llu crash points after them\n",
              static_cast<unsigned long long>(errors),
              static_cast<unsigned long long>(tried));
}

}  // namespace
}  // namespace supercargo
