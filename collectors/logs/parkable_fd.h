// A file's descriptor that can be given up and had again: above the bound on open files, those that
// can be opened by their names are parked.
//
// Part of a LogFile. Any thread; a descriptor that somebody holds stays open, parked or not. A file
// that lost its name cannot be opened again: it must not be parked.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include <sys/stat.h>

#include "agent/base/fd.h"
#include "agent/base/host_paths.h"

namespace supercargo {

// Where a file stands; empty: it cannot be opened again.
struct FilePlace {
  std::shared_ptr<const HostPaths> host;
  std::string directory;  // on the host
  std::string name;
};

// When the file was made (statx); 0 where the filesystem does not tell.
[[nodiscard]] std::int64_t birth_time(int fd);

class ParkableFd {
 public:
  ParkableFd(std::shared_ptr<const UniqueFd> fd,
             const struct stat& status,
             std::int64_t birth_ns,
             FilePlace place);

  // The descriptor, opened for as long as the caller holds it when it is parked. Null: the file has
  // another name by now, or there are no descriptors to be had; discovery will know.
  [[nodiscard]] std::shared_ptr<const UniqueFd> get() const noexcept;

  // False: it stays open, since it could not be had again.
  bool park() noexcept;
  bool unpark() noexcept;

  [[nodiscard]] bool parked() const noexcept { return parked_.load(std::memory_order_relaxed); }

  // The last get() gave nothing.
  [[nodiscard]] bool missing() const noexcept { return missing_.load(std::memory_order_relaxed); }

  void moved_to(const std::string& name);

 private:
  [[nodiscard]] std::shared_ptr<const UniqueFd> reopen() const;

  const std::uint64_t device_;
  const std::uint64_t inode_;
  const std::int64_t birth_ns_;
  mutable std::mutex mutex_;
  std::shared_ptr<const UniqueFd> fd_;          // null: parked
  mutable std::weak_ptr<const UniqueFd> lent_;  // while parked, what somebody holds
  FilePlace place_;
  std::atomic<bool> parked_{false};
  mutable std::atomic<bool> missing_{false};
};

}  // namespace supercargo
