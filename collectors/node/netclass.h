// node_network_{up,info,mtu_bytes,...}: properties of the host's network devices, from
// <sys>/class/net.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/collector.h"
#include "agent/base/fd.h"
#include "collectors/node/name_filter.h"
#include "collectors/node/node_options.h"

namespace supercargo {

// The names of the devices in a directory like /sys/class/net, sorted; none when it cannot be read.
[[nodiscard]] std::vector<std::string> list_net_class(const std::string& directory);

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
  void collect_device(int directory, const std::string& device, SampleSet& out);
  // An attribute's text without the line end; empty when the device does not have it, or gives
  // none while it is down.
  std::string_view read_attribute(int directory, std::string_view name);
  void add_info(int directory, const std::string& device, SampleSet& out);

  std::string directory_;
  bool is_host_;
  NameFilter filter_;
  std::string attribute_;
  std::string text_;
};

}  // namespace supercargo
