// node_pressure_*: how long the node's tasks waited for CPU, memory, IO and interrupts, from
// /proc/pressure.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "agent/base/collector.h"
#include "collectors/node/kernel_file.h"

namespace supercargo {

class PressureCollector final : public Collector {
 public:
  // `directory` is <proc>/pressure.
  explicit PressureCollector(const std::string& directory);

  [[nodiscard]] std::string_view name() const noexcept override { return "pressure"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;

  // kUnavailable: a kernel without PSI, or with it switched off.
  Status collect(SampleSet& out) override;

 private:
  std::array<KernelFile, 4> files_;
};

}  // namespace supercargo
