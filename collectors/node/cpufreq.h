// node_cpu_frequency_* and node_cpu_scaling_frequency_*: clock rates of each CPU, from
// <sys>/devices/system/cpu/cpu*/cpufreq.
//
// Some kernels wait about 10 ms for each CPU's current rate. So one pass reads for at most
// kBudget, and leaves the other CPUs out. Where no CPU tells anything, as on most virtual machines,
// the files are looked for again only once in a while: six for each CPU.
#pragma once

#include <chrono>
#include <string>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/attributes.h"

namespace supercargo {

class CpufreqCollector final : public Collector {
 public:
  static constexpr std::chrono::milliseconds kBudget{1000};
  static constexpr int kPassesSkipped = 15;

  explicit CpufreqCollector(const HostPaths& host, std::chrono::milliseconds budget = kBudget)
      : cpus_(host.sys + "/devices/system/cpu"), budget_(budget) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "cpufreq"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;

  // kUnavailable when the budget was used up.
  Status collect(SampleSet& out) override;

 private:
  std::string cpus_;
  std::chrono::milliseconds budget_;
  AttributeReader reader_;
  int passes_to_skip_ = 0;
};

}  // namespace supercargo
