// What a cgroup told when it was last read whole, to stand for another reading while nothing
// happens in it: a pod's sandbox sleeps for weeks, and most services of a node for minutes.
//
// Owned by the cgroup's entry; collect thread. Nothing happens where neither CPU time nor memory
// usage change: who allocates, forks, opens or writes must run for it. A task that is stalled does
// not run, but its stall goes on: pressure must have stood still between two whole readings, too.
// What the kernel does by itself (it ages pages) is seen at the next whole reading.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "collectors/cgroup/cgroup_sample.h"

namespace supercargo {

// Two values that change with whatever a cgroup does.
struct CgroupActivity {
  std::optional<std::uint64_t> cpu_time;  // in the unit of its file
  std::optional<std::uint64_t> memory_bytes;

  [[nodiscard]] bool known() const { return cpu_time && memory_bytes; }

  [[nodiscard]] bool operator==(const CgroupActivity&) const = default;
};

class LastReading {
 public:
  // The sample that a whole reading would give now; null when nobody can tell without one.
  [[nodiscard]] const CgroupSample* if_quiet_since(const CgroupActivity& now) const {
    return is_quiet_ && now == activity_ ? sample_.get() : nullptr;
  }

  // The next reading is to be a whole one.
  void expire() { is_quiet_ = false; }

  // Keeps the whole reading that began with `activity`.
  void keep(const CgroupActivity& activity, const CgroupSample& sample);

 private:
  CgroupActivity activity_;
  std::unique_ptr<CgroupSample> sample_;  // none while the cgroup is busy
  bool is_quiet_ = false;
};

}  // namespace supercargo
