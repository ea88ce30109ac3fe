// node_entropy_*: the kernel's random pool, from /proc/sys/kernel/random.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "agent/base/collector.h"
#include "collectors/node/kernel_file.h"

namespace supercargo {

class EntropyCollector final : public Collector {
 public:
  // `directory` is <proc>/sys/kernel/random.
  explicit EntropyCollector(const std::string& directory);

  [[nodiscard]] std::string_view name() const noexcept override { return "entropy"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  std::array<KernelFile, 2> files_;
};

}  // namespace supercargo
