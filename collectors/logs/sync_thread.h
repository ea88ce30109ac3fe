// The thread that calls fdatasync, so that a slow disk never stalls a sender.
//
// agent/app owns one for all journals. Journals add their files and mark them written (any thread);
// the sync thread syncs what was written, once a second.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "collectors/logs/journal_file_layer.h"

namespace supercargo {

// A file that is written by one thread and synced by another.
class SyncedFile {
 public:
  // Requires: `file` is not null.
  explicit SyncedFile(std::unique_ptr<journal::File> file) : file_(std::move(file)) {}

  [[nodiscard]] journal::File& file() noexcept { return *file_; }

  // Call after a write; the number is passed by synced() once everything up to this call is on the
  // disk.
  std::uint64_t mark_written() noexcept {
    return written_.fetch_add(1, std::memory_order_acq_rel) + 1;
  }

  [[nodiscard]] std::uint64_t synced() const noexcept {
    return synced_.load(std::memory_order_acquire);
  }

  // Syncs when something was written since the last time. False when the disk refused: nobody
  // knows then what is on it, and synced() stays until everything was written again. Any thread.
  bool sync();

  [[nodiscard]] bool sync_failed() const noexcept {
    return failed_.load(std::memory_order_acquire);
  }

  // Everything that counts is being written again.
  void forget_failure() noexcept { failed_.store(false, std::memory_order_release); }

  // Nothing of what was written counts any more: it need not be synced.
  void retire() noexcept {
    synced_.store(written_.load(std::memory_order_acquire), std::memory_order_release);
    forget_failure();
  }

 private:
  const std::unique_ptr<journal::File> file_;
  std::mutex syncing_;  // the kernel tells a failure to one of two callers only
  std::atomic<std::uint64_t> written_{0};
  std::atomic<std::uint64_t> synced_{0};
  std::atomic<bool> failed_{false};
};

class SyncThread {
 public:
  // `observe` gets the seconds of every round, and whether all syncs worked; on the sync thread.
  using Observer = std::function<void(double seconds, bool ok)>;

  SyncThread(std::chrono::milliseconds interval, Observer observe);
  ~SyncThread();  // a last round, then the thread ends
  SyncThread(const SyncThread&) = delete;
  SyncThread& operator=(const SyncThread&) = delete;

  void add(std::weak_ptr<SyncedFile> file);

  // One round, on the caller's thread.
  void sync_all();

 private:
  void run(const std::stop_token& stop);

  const std::chrono::milliseconds interval_;
  const Observer observe_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::vector<std::weak_ptr<SyncedFile>> files_;
  std::jthread thread_;
};

}  // namespace supercargo
