// node_load1, node_load5, node_load15, from /proc/loadavg.
#pragma once

#include <array>
#include <string_view>

#include "agent/base/collector.h"
#include "collectors/node/kernel_file.h"

namespace supercargo {

// Over 1, 5 and 15 minutes.
using LoadAverages = std::array<double, 3>;

[[nodiscard]] Result<LoadAverages> parse_loadavg(std::string_view text);

class LoadavgCollector final : public Collector {
 public:
  explicit LoadavgCollector(std::string path) : file_(std::move(path), FileEnd::kLess) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "loadavg"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  KernelFile file_;
};

}  // namespace supercargo
