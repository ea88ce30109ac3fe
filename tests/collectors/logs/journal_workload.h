// A journal driven at random on a modelled disk, and what must be found of it after a crash.
//
// One test owns one; one thread. Equal seeds make equal calls.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "collectors/logs/journal.h"
#include "tests/collectors/logs/model_file_layer.h"

namespace supercargo::test {

// The rounds of a sync thread, when the test wants them. Knows whether the last one worked.
struct Syncer {
  bool ok = true;
  SyncThread thread{std::chrono::hours(1), [this](double, bool worked) { ok = worked; }};
};

// All of a state as text, for comparing.
[[nodiscard]] std::string image_of(const journal::Entries& entries);

[[nodiscard]] Result<std::unique_ptr<Journal>> open_journal(
    Syncer& syncer, const std::shared_ptr<ModelFileLayer>& layer);

class JournalWorkload {
 public:
  JournalWorkload(std::uint64_t seed, Syncer& syncer);

  // Agents that begin, work, end or are killed.
  void run(int steps);
  // Flushes and syncs until everything is on the disk.
  void settle_down();

  // A segment cannot be read: the agent that is beginning may find an older state, if it says so.
  void expect_damage();

  [[nodiscard]] ModelFileLayer& layer() { return *layer_; }

  [[nodiscard]] std::string image() const { return image_of(journal_->entries()); }

  // A crash leaves a state that was to be flushed once, and none older than this one.
  [[nodiscard]] bool may_be_found(const std::string& image, std::size_t at_least) const;

  // After a kill, and after a power loss: numbers for may_be_found().
  [[nodiscard]] std::size_t flushed() const { return flushed_; }

  [[nodiscard]] std::size_t synced() const { return synced_; }

 private:
  void open();
  void end(bool killed);
  void step();
  void settle_some();
  void change_entry();
  void flush();
  void sync();
  [[nodiscard]] std::uint32_t any_file();

  std::mt19937_64 random_;
  Syncer& syncer_;
  std::shared_ptr<ModelFileLayer> layer_ = std::make_shared<ModelFileLayer>();
  std::unique_ptr<Journal> journal_;
  std::vector<std::string> states_;
  std::size_t flushed_ = 0;
  std::size_t synced_ = 0;
  std::size_t flushed_before_damage_ = 0;
  std::size_t at_last_round_ = 0;
  int rounds_until_safe_ = 0;
  std::uint64_t tick_ = 0;
};

}  // namespace supercargo::test
