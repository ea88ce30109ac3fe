// node_infiniband_*: ports of InfiniBand adapters, from <sys>/class/infiniband.
// Format: https://www.kernel.org/doc/Documentation/ABI/stable/sysfs-class-infiniband.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/attributes.h"

namespace supercargo {

// The number that "4: ACTIVE" begins with.
[[nodiscard]] std::optional<double> parse_infiniband_state(std::string_view text);

// "100 Gb/sec (4X EDR)" in bytes per second.
[[nodiscard]] std::optional<double> parse_infiniband_rate(std::string_view text);

class InfinibandCollector final : public Collector {
 public:
  explicit InfinibandCollector(const HostPaths& host) : devices_(host.sys + "/class/infiniband") {}

  [[nodiscard]] std::string_view name() const noexcept override { return "infiniband"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  void collect_port(const std::string& device, const std::string& port, SampleSet& out);

  std::string devices_;
  AttributeReader reader_;
};

}  // namespace supercargo
