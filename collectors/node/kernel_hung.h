// node_kernel_hung_tasks_total: tasks that the kernel found hung, from
// <proc>/sys/kernel/hung_task_detect_count (Linux 6.13 and later).
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/kernel_file.h"

namespace supercargo {

class KernelHungCollector final : public Collector {
 public:
  explicit KernelHungCollector(const HostPaths& host)
      : file_(host.proc + "/sys/kernel/hung_task_detect_count", FileEnd::kLess) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "kernel_hung"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override { return kFamilies; }

  Status collect(SampleSet& out) override {
    const Result<std::uint64_t> tasks = read_number(file_);
    if (!tasks) {
      return missing_is_unavailable(tasks.error());
    }
    out.add(0, SampleSet::kNoLabels, static_cast<double>(*tasks));
    return Ok{};
  }

 private:
  static constexpr std::array<MetricDesc, 1> kFamilies{{
      {"node_kernel_hung_tasks_total",
       "Total number of tasks that have been detected as hung since the system booted.",
       MetricKind::kCounter},
  }};

  KernelFile file_;
};

}  // namespace supercargo
