// What one cgroup used, in the units of the metrics: the same for both cgroup versions.
//
// Filled by read_cgroup(), emitted by SampleWriter; collect thread. Kept between cgroups for the
// capacity of its vectors.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "collectors/cgroup/families.h"
#include "collectors/cgroup/hugetlb_reader.h"
#include "collectors/cgroup/io_files.h"
#include "collectors/cgroup/process_files.h"

namespace supercargo {

// Stands for a value that is not known: no sample.
inline constexpr double kNotKnown = std::numeric_limits<double>::quiet_NaN();

// The limits of a cgroup. They change seldom: read once in a while and kept between passes.
class CgroupLimits {
 public:
  CgroupLimits() { clear(); }

  void clear() { values_.fill(kNotKnown); }

  // Requires: family >= kFirstLimit.
  void set(cgroup_family::CgroupFamily family, double value) {
    values_[family - cgroup_family::kFirstLimit] = value;
  }

  [[nodiscard]] double get(std::size_t family) const {
    return values_[family - cgroup_family::kFirstLimit];
  }

  [[nodiscard]] bool has_cpu_quota() const {
    return !std::isnan(get(cgroup_family::kSpecCpuQuota));
  }

 private:
  std::array<double, cgroup_family::kSimpleCount - cgroup_family::kFirstLimit> values_;
};

struct CgroupSample {
  CgroupSample() { clear(); }

  void clear() {
    values.fill(kNotKnown);
    cpu_usage_seconds = kNotKnown;
    page_faults = {};
    devices.clear();
    hugetlb.clear();
    processes.reset();
    oom_kills.reset();
  }

  void set(cgroup_family::CgroupFamily family, double value) { values[family] = value; }

  void set(cgroup_family::CgroupFamily family, const std::optional<std::uint64_t>& value) {
    if (value) {
      values[family] = static_cast<double>(*value);
    }
  }

  [[nodiscard]] std::optional<double> get(cgroup_family::CgroupFamily family) const {
    return std::isnan(values[family]) ? std::nullopt : std::optional(values[family]);
  }

  void set_limits(const CgroupLimits& limits) {
    for (std::size_t i = cgroup_family::kFirstLimit; i < cgroup_family::kSimpleCount; ++i) {
      values[i] = limits.get(i);
    }
  }

  struct PageFaults {
    std::optional<std::uint64_t> minor_own;
    std::optional<std::uint64_t> minor_all;
    std::optional<std::uint64_t> major_own;
    std::optional<std::uint64_t> major_all;
  };

  std::array<double, cgroup_family::kSimpleCount> values;  // kNotKnown: left out
  double cpu_usage_seconds;
  PageFaults page_faults;
  std::vector<DeviceIo> devices;
  std::vector<HugetlbUsage> hugetlb;
  std::optional<Processes> processes;
  std::optional<std::uint64_t> oom_kills;  // v2: of the cgroup and all below; v1: of itself
};

}  // namespace supercargo
