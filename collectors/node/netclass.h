// node_network_{up,info,mtu_bytes,...}: properties of the host's network devices, from
// <sys>/class/net.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/base/collector.h"
#include "collectors/node/class_devices.h"
#include "collectors/node/name_filter.h"
#include "collectors/node/node_options.h"

namespace supercargo {

// A number as sysfs writes it: decimal with an optional sign, or hexadecimal after 0x.
[[nodiscard]] std::optional<std::int64_t> parse_sysfs_number(std::string_view text);

class NetclassCollector final : public Collector {
 public:
  explicit NetclassCollector(const NodeOptions& options);

  [[nodiscard]] std::string_view name() const noexcept override { return "netclass"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;

  // kUnavailable when sysfs shows another network namespace than the host's.
  Status collect(SampleSet& out) override;

 private:
  void collect_device(const std::string& device, SampleSet& out);
  void add_info(const std::string& device, std::string_view state, SampleSet& out);

  std::string directory_;
  bool is_host_;
  NameFilter filter_;
  ClassDevices devices_;
};

}  // namespace supercargo
