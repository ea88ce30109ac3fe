// machine_*: processors and memory of the machine, as cAdvisor has them.
//
// agent/app owns one; collect thread.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/cgroup/machine_info.h"

namespace supercargo {

class MachineCollector final : public Collector {
 public:
  explicit MachineCollector(HostPaths paths) : paths_(std::move(paths)) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "machine"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;

  Status collect(SampleSet& out) override;

 private:
  const HostPaths paths_;
  std::string labels_;  // rendered once: they change with a reboot only
};

}  // namespace supercargo
