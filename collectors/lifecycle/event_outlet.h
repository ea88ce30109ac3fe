// Where events of containers go: to files for the log outputs, while there are any.
//
// agent/app makes one and opens it on the main thread; ContainerWatch tells it events on its own.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include "collectors/lifecycle/event_files.h"

namespace supercargo {

class EventOutlet {
 public:
  enum class Fate : std::uint8_t { kUnwanted, kWritten, kDropped };

  // `all_read`: every output has read all that is written. Null files: events are not wanted.
  void open(std::unique_ptr<EventFiles> files, std::function<bool()> all_read) {
    const std::lock_guard lock(mutex_);
    files_ = std::move(files);
    all_read_ = std::move(all_read);
  }

  Fate tell(const LifecycleEvent& event) {
    const std::lock_guard lock(mutex_);
    return !files_ ? Fate::kUnwanted : files_->append(event) ? Fate::kWritten : Fate::kDropped;
  }

  // Returns how many files had to go unread.
  std::uint64_t clean(std::int64_t now_ns) {
    const std::lock_guard lock(mutex_);
    return files_ ? files_->clean(now_ns, all_read_) : 0;
  }

 private:
  std::mutex mutex_;
  std::unique_ptr<EventFiles> files_;
  std::function<bool()> all_read_;
};

}  // namespace supercargo
