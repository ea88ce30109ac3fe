// node_dmi_info: what the firmware tells of the machine, from <sys>/class/dmi/id.
//
// It cannot change while the machine runs: it is read once, when the collector is made. Serial
// numbers are readable by root alone; a label that cannot be read is left out.
#pragma once

#include <string>
#include <string_view>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"

namespace supercargo {

class DmiCollector final : public Collector {
 public:
  explicit DmiCollector(const HostPaths& host);

  [[nodiscard]] std::string_view name() const noexcept override { return "dmi"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  std::string labels_;  // empty: no firmware tells
};

}  // namespace supercargo
