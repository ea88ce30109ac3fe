// inotify as a wake-up: one instance, directories only. Missed events are made good by rescans.
//
// Owned by LogDiscovery, on its thread.
#pragma once

#include <cstdint>
#include <functional>

#include "agent/base/fd.h"
#include "agent/base/result.h"

namespace supercargo {

class DirectoryWatcher {
 public:
  using Watch = int;
  enum class Event : std::uint8_t {
    kEntries,  // something was made, renamed or deleted in the directory
    kWritten,  // a file in it was written to
    kGone,     // the directory was deleted: the watch is over
  };

  // Without inotify (limit of instances reached) the watcher is inactive, and everything is found
  // by rescans.
  DirectoryWatcher();

  [[nodiscard]] bool active() const { return static_cast<bool>(fd_); }

  [[nodiscard]] int fd() const { return fd_.get(); }

  // Watches the directory, or changes its watch: `writes` says whether writes to its files are
  // reported. An error (max_user_watches is reached) is logged here, and costs delay alone.
  [[nodiscard]] Result<Watch> watch(int directory_fd, bool writes);
  void unwatch(Watch watch);

  // Hands out what has happened. Returns true when the kernel's queue overflowed.
  bool drain(const std::function<void(Watch, Event)>& handle);

 private:
  UniqueFd fd_;
  bool told_ = false;  // that a directory could not be watched
};

}  // namespace supercargo
