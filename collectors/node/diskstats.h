// node_disk_*: block devices, from /proc/diskstats, with what udev knows about them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/kernel_file.h"
#include "collectors/node/name_filter.h"
#include "collectors/node/node_options.h"
#include "collectors/node/udev_properties.h"

namespace supercargo {

struct DiskStats {
  static constexpr std::size_t kCounters = 17;

  std::uint32_t major;
  std::uint32_t minor;
  std::string_view device;
  std::size_t count;  // how many counters the kernel gives: 11, since 4.18 15, since 5.5 17
  // reads completed, merged, sectors, ms; writes likewise; in flight, ms busy, ms weighted;
  // discards completed, merged, sectors, ms; flushes, ms
  std::array<std::uint64_t, kCounters> counters;
};

// Replaces `out`; views into `text`. Lines with fewer than 11 counters are left out. A file without
// any line is a machine without block devices.
void parse_diskstats(std::string_view text, std::vector<DiskStats>& out);

class DiskstatsCollector final : public Collector {
 public:
  explicit DiskstatsCollector(const NodeOptions& options);

  [[nodiscard]] std::string_view name() const noexcept override { return "diskstats"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  void add_udev_families(const DiskStats& disk, SampleSet& out);

  HostPaths host_;
  KernelFile file_;
  NameFilter filter_;
  std::vector<DiskStats> disks_;
  UdevProperties udev_;
};

}  // namespace supercargo
