// node_schedstat_*: how long tasks ran on and waited for each CPU, from <proc>/schedstat.
// Format: https://www.kernel.org/doc/html/latest/scheduler/sched-stats.html.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/kernel_file.h"

namespace supercargo {

struct SchedstatCpu {
  std::string_view cpu;
  std::uint64_t running_ns;
  std::uint64_t waiting_ns;
  std::uint64_t timeslices;
};

// Replaces `out`; views into `text`. Odd lines are left out.
void parse_schedstat(std::string_view text, std::vector<SchedstatCpu>& out);

class SchedstatCollector final : public Collector {
 public:
  explicit SchedstatCollector(const HostPaths& host) : file_(host.proc + "/schedstat") {}

  [[nodiscard]] std::string_view name() const noexcept override { return "schedstat"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  KernelFile file_;
  std::vector<SchedstatCpu> cpus_;
};

}  // namespace supercargo
