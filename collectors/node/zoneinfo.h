// node_zoneinfo_*: pages and watermarks of the zones of memory, from <proc>/zoneinfo. Off by
// default.
//
// What the kernel counts by NUMA node stands at the node's first zone, as in the file.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/kernel_file.h"

namespace supercargo {

struct ZoneValue {
  std::size_t zone;    // index in ZoneInfo::zones
  std::size_t family;  // index in the collector's families()
  std::int64_t value;
};

struct ZoneInfo {
  struct Zone {
    std::string_view node;
    std::string_view name;
  };

  std::vector<Zone> zones;
  std::vector<ZoneValue> values;
};

// Replaces `out`; views into `text`. Odd lines and fields without a family are left out; kParse
// when there is no zone.
[[nodiscard]] Status parse_zoneinfo(std::string_view text, ZoneInfo& out);

class ZoneinfoCollector final : public Collector {
 public:
  explicit ZoneinfoCollector(const HostPaths& host) : file_(host.proc + "/zoneinfo") {}

  [[nodiscard]] std::string_view name() const noexcept override { return "zoneinfo"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  KernelFile file_;
  ZoneInfo info_;
  std::vector<SampleSet::LabelBlock> labels_;  // of the zones
};

}  // namespace supercargo
