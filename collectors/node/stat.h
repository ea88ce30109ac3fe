// Boot time, forks, context switches, interrupts and run queue of the node, from /proc/stat.
#pragma once

#include <memory>

#include "agent/base/collector.h"
#include "collectors/node/proc_stat.h"

namespace supercargo {

class StatCollector final : public Collector {
 public:
  StatCollector(std::shared_ptr<ProcStatFile> file, bool softirqs)
      : file_(std::move(file)), softirqs_(softirqs) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "stat"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  std::shared_ptr<ProcStatFile> file_;
  const bool softirqs_;  // tell of them
};

}  // namespace supercargo
