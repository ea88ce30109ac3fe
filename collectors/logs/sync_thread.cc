#include "collectors/logs/sync_thread.h"

#include <pthread.h>

#include "agent/base/clock.h"

namespace supercargo {

bool SyncedFile::sync() {
  const std::lock_guard lock(syncing_);
  const std::uint64_t written = written_.load(std::memory_order_acquire);
  if (written == synced_.load(std::memory_order_relaxed)) {
    return true;
  }
  if (!file_->sync()) {
    failed_.store(true, std::memory_order_release);
    return false;
  }
  if (sync_failed()) {
    return false;
  }
  synced_.store(written, std::memory_order_release);
  return true;
}

SyncThread::SyncThread(std::chrono::milliseconds interval, Observer observe)
    : interval_(interval),
      observe_(std::move(observe)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

SyncThread::~SyncThread() {
  thread_.request_stop();
  thread_.join();
}

void SyncThread::add(std::weak_ptr<SyncedFile> file) {
  const std::lock_guard lock(mutex_);
  files_.push_back(std::move(file));
}

void SyncThread::run(const std::stop_token& stop) {
  pthread_setname_np(pthread_self(), "journal");
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, stop, interval_, [] { return false; });
    }
    sync_all();
  }
  sync_all();  // what was written during the round before
}

// Files are synced without the lock: a journal must be able to add one while a disk is slow.
void SyncThread::sync_all() {
  std::vector<std::shared_ptr<SyncedFile>> files;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(files_, [](const std::weak_ptr<SyncedFile>& file) { return file.expired(); });
    for (const std::weak_ptr<SyncedFile>& file : files_) {
      if (std::shared_ptr<SyncedFile> alive = file.lock()) {
        files.push_back(std::move(alive));
      }
    }
  }
  const SteadyTime begin = steady_now();
  bool ok = true;
  for (const std::shared_ptr<SyncedFile>& file : files) {
    ok = file->sync() && ok;
  }
  if (observe_ && !files.empty()) {
    observe_(std::chrono::duration<double>(steady_now() - begin).count(), ok);
  }
}

}  // namespace supercargo
