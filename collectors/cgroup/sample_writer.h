// Puts a cgroup's sample into a SampleSet. Owned by the collector; collect thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "agent/base/sample_set.h"
#include "collectors/cgroup/cgroup_entry.h"
#include "collectors/cgroup/cgroup_sample.h"

namespace supercargo {

// Names of block devices by their numbers, as cAdvisor prints them: "/dev/sda". Asked anew in each
// pass: a device may be replaced by another with the same numbers.
class DeviceNames {
 public:
  // `sys` is where sysfs is mounted.
  explicit DeviceNames(std::string sys) : sys_(std::move(sys)) {}

  void forget() { names_.clear(); }

  // Empty for a device that is gone. Valid until forget().
  [[nodiscard]] std::string_view name(std::uint32_t major, std::uint32_t minor);

 private:
  const std::string sys_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> names_;
};

class SampleWriter {
 public:
  explicit SampleWriter(DeviceNames devices) : devices_(std::move(devices)) {}

  void begin_pass() { devices_.forget(); }

  void write(const CgroupEntry& entry, const CgroupSample& sample, SampleSet& out);
  void write_interface(const CgroupEntry& entry, const InterfaceCounters& counters, SampleSet& out);

 private:
  SampleSet::LabelBlock extended(const CgroupEntry& entry,
                                 std::string_view label,
                                 std::string_view value,
                                 SampleSet& out);
  void write_page_faults(const CgroupEntry& entry,
                         const CgroupSample::PageFaults& faults,
                         SampleSet& out);
  void write_device(const CgroupEntry& entry,
                    std::string_view name,
                    const DeviceIo& device,
                    SampleSet& out);
  void write_device_usage(const CgroupEntry& entry,
                          std::string_view name,
                          const DeviceIo& device,
                          SampleSet& out);
  static void write_limits(SampleSet::LabelBlock labels,
                           const CgroupSample& sample,
                           SampleSet& out);
  void write_hugetlb(const CgroupEntry& entry, const CgroupSample& sample, SampleSet& out);
  void write_devices(const CgroupEntry& entry, const CgroupSample& sample, SampleSet& out);

  DeviceNames devices_;
  std::string scratch_;
};

}  // namespace supercargo
