// node_cpu_*: seconds that each CPU spent in each mode, from /proc/stat, and its throttling.
//
// The kernel's idle and iowait times sometimes step back a little; like node_exporter this gives
// the highest value seen, so that rate() sees no reset. A CPU that is offline has no samples.
#pragma once

#include <memory>
#include <unordered_map>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/cpu_throttle.h"
#include "collectors/node/proc_stat.h"

namespace supercargo {

class CpuCollector final : public Collector {
 public:
  CpuCollector(std::shared_ptr<ProcStatFile> file, const HostPaths& host);

  [[nodiscard]] std::string_view name() const noexcept override { return "cpu"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  std::shared_ptr<ProcStatFile> file_;
  std::unordered_map<std::uint32_t, CpuTicks> highest_;
  CpuThrottle throttle_;
};

// The higher of the two values of each mode; `now` alone when the CPU's idle time fell by three
// seconds or more, as it does when the CPU was taken offline and online again.
[[nodiscard]] CpuTicks without_steps_back(const CpuTicks& before, const CpuTicks& now);

}  // namespace supercargo
