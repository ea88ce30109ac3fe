// machine_*: processors and memory of the machine, as cAdvisor has them.
//
// agent/app owns one; collect thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/cgroup/machine_info.h"
#include "collectors/cgroup/memory_modules.h"

namespace supercargo {

class MachineCollector final : public Collector {
 public:
  explicit MachineCollector(HostPaths paths) : paths_(std::move(paths)) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "machine"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;

  Status collect(SampleSet& out) override;

 private:
  // Once: it changes with a reboot only.
  void read_hardware();
  void add_modules(SampleSet& out) const;

  const HostPaths paths_;
  std::string labels_;    // rendered
  std::string versions_;  // likewise
  std::map<std::string, MemoryModules> modules_;
};

}  // namespace supercargo
