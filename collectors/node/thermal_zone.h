// node_thermal_zone_temp and node_cooling_device_*: temperatures and cooling, from
// <sys>/class/thermal.
#pragma once

#include <string>
#include <string_view>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/attributes.h"

namespace supercargo {

class ThermalZoneCollector final : public Collector {
 public:
  explicit ThermalZoneCollector(const HostPaths& host) : directory_(host.sys + "/class/thermal") {}

  [[nodiscard]] std::string_view name() const noexcept override { return "thermal_zone"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  std::string directory_;
  AttributeReader reader_;
};

}  // namespace supercargo
