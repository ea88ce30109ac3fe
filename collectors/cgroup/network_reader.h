// The interface counters of a pod, read through one of its processes.
//
// Owned by the collector; collect thread. Each network namespace is given once a pass, the host's
// only to the root cgroup: the inode of /proc/PID/net/dev tells them apart without any capability.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "collectors/cgroup/process_files.h"

namespace supercargo {

class NetworkReader {
 public:
  // `proc` is where the host's procfs is mounted.
  explicit NetworkReader(std::string proc) : proc_(std::move(proc)) {}

  // Gives the host's own interfaces, of process 1; nothing where they cannot be read: then no pod
  // can be told from the host either, and read() gives nothing.
  std::optional<std::span<const InterfaceCounters>> begin_pass();

  // Nothing for a process that has gone, in the host's namespace, or in one that was given before.
  std::optional<std::span<const InterfaceCounters>> read(std::uint32_t process);

  [[nodiscard]] bool can_read_host() const { return host_inode_.has_value(); }

  // Texts that could not be understood.
  [[nodiscard]] std::uint64_t errors() const { return errors_; }

 private:
  // Fills counters_, unless the namespace was given before.
  bool read_new(std::uint32_t process, std::uint64_t& inode);

  const std::string proc_;
  std::optional<std::uint64_t> host_inode_;
  std::set<std::uint64_t> given_;
  std::string text_;
  std::vector<InterfaceCounters> counters_;
  std::uint64_t errors_ = 0;
};

}  // namespace supercargo
