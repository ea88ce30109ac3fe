// node_arp_entries: neighbours of each device in the host's network namespace, from
// <proc>/1/net/arp.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "agent/base/collector.h"
#include "collectors/node/kernel_file.h"
#include "collectors/node/name_filter.h"
#include "collectors/node/node_options.h"

namespace supercargo {

// Entries by device. kParse when the text has no header, which also an empty table has.
[[nodiscard]] Result<std::map<std::string, std::uint64_t, std::less<>>> parse_arp(
    std::string_view text);

class ArpCollector final : public Collector {
 public:
  explicit ArpCollector(const NodeOptions& options)
      : file_(options.host.proc + "/1/net/arp", FileEnd::kLessThanPage),
        filter_(options.config.arp_device_include, options.config.arp_device_exclude) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "arp"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  KernelFile file_;
  NameFilter filter_;
};

}  // namespace supercargo
