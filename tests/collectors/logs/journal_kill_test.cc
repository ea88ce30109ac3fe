// The journal of a process that is killed at random moments.

#include <atomic>
#include <csignal>
#include <new>
#include <random>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "collectors/logs/journal.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

constexpr std::uint32_t kFiles = 20;

// What the child has done, seen by the parent. `flushed` moves after the flush, so the journal may
// be one batch ahead of it.
struct Progress {
  std::atomic<std::uint64_t> settled;
  std::atomic<std::uint64_t> flushed;
};

// Step s settles file s % kFiles at s: the largest offset tells which prefix of steps a state is.
[[noreturn]] void write_until_killed(const std::string& directory, Progress& progress) {
  SyncThread sync(Milliseconds(1), {});
  auto opened = Journal::open(directory, sync, {.segment_bytes = 8'192});
  if (!opened) {
    ::_exit(1);
  }
  Journal& journal = **opened;
  std::vector<Journal::FileNumber> files;
  for (const auto& [file, entry] : journal.entries()) {
    files.push_back(file);
  }
  while (files.size() < kFiles) {
    files.push_back(journal.add({"chain", {}, {}, 0}));
  }
  for (std::uint64_t step = progress.flushed;;) {
    for (std::uint64_t i = step % 7; i < 7; ++i) {
      ++step;
      journal.settle(files[step % kFiles], Stream::kStdout, step, {});
    }
    progress.settled = step;
    if (!journal.flush()) {
      ::_exit(2);
    }
    progress.flushed = step;
  }
}

// The last step that the state holds; checks that it holds exactly the steps up to it.
std::uint64_t last_step(const journal::State& state) {
  std::uint64_t last = 0;
  for (const auto& [file, entry] : state.entries) {
    last = std::max(last, entry.settled[0]);
  }
  std::vector<std::uint64_t> expected(kFiles, 0);
  for (std::uint64_t step = last > kFiles ? last - kFiles + 1 : 1; step <= last; ++step) {
    expected[step % kFiles] = step;
  }
  std::size_t i = 0;
  for (const auto& [file, entry] : state.entries) {
    EXPECT_EQ(entry.settled[0], expected[i++]) << "not a prefix of what was settled";
  }
  return last;
}

TEST(JournalUnderKill, AfterEachKillTheStateIsWhatWasFlushed) {
  const test::TempTree tree;
  void* const shared =
      ::mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(shared, MAP_FAILED);
  auto* const progress = new (shared) Progress{};
  std::mt19937_64 random(5);
  std::uint64_t generation = 0;
  for (int kill = 0; kill < 60 && !HasFailure(); ++kill) {
    const std::uint64_t before = progress->flushed;
    const pid_t child = ::fork();
    if (child == 0) {
      write_until_killed(tree.path("j"), *progress);
    }
    const auto wanted = before + 50 + random() % 60'000;
    while (progress->settled < wanted && ::waitpid(child, nullptr, WNOHANG) == 0) {
    }
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself";
    const journal::Recovered recovered =
        *journal::recover(*journal::real_file_layer(), tree.path("j"));
    const std::uint64_t found = last_step(recovered.state);
    EXPECT_GE(found, progress->flushed) << "something that was flushed is gone";
    EXPECT_LE(found, progress->settled);
    EXPECT_EQ(recovered.set_aside, 0U);
    EXPECT_GT(recovered.generation, generation);
    generation = recovered.generation;
    progress->flushed = found;
  }
  EXPECT_GT(generation, 60U) << "segments took turns";
  ::munmap(shared, sizeof(Progress));
}

}  // namespace
}  // namespace supercargo
