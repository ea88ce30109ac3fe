// Boot time, forks, context switches, interrupts and run queue of the node, from /proc/stat.
#pragma once

#include <memory>

#include "agent/base/collector.h"
#include "collectors/node/proc_stat.h"

namespace supercargo {

class StatCollector final : public Collector {
 public:
  explicit StatCollector(std::shared_ptr<ProcStatFile> file) : file_(std::move(file)) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "stat"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  std::shared_ptr<ProcStatFile> file_;
};

}  // namespace supercargo
