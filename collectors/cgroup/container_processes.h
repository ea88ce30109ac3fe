// Which processes a cgroup has, as far as this agent's own pid namespace shows them.
//
// Owned by the collector; collect thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "collectors/cgroup/cgroup_entry.h"
#include "collectors/cgroup/cgroup_files.h"
#include "collectors/cgroup/cgroup_sample.h"

namespace supercargo {

class ContainerProcesses {
 public:
  // `proc` is where the host's procfs is mounted.
  explicit ContainerProcesses(std::string proc);

  void begin_pass();

  // Takes what cgroup.procs said from `sample` to the entry, and sets container_processes where
  // the number is true.
  void take(CgroupEntry& entry, CgroupSample& sample, ReadContext& context);

  // The soft limit on open files of a container's first process, and of the host's process 1 for
  // the root: read anew when `due`, and kept.
  void read_limit(CgroupEntry& entry, bool due) const;

  // The numbers in cgroup.procs are not those of the host's /proc, or in this pass containers had
  // processes and none could be seen.
  [[nodiscard]] bool all_hidden() const { return foreign_ || (hidden_ > 0 && visible_ == 0); }

 private:
  const std::string proc_;
  const bool foreign_;  // cgroup.procs has other numbers than the host's /proc
  std::size_t hidden_ = 0;
  std::size_t visible_ = 0;
};

}  // namespace supercargo
