// node_rapl_*: energy that the parts of the processors used, from <sys>/class/powercap.
// Format: https://www.kernel.org/doc/html/latest/power/powercap/powercap.html.
//
// The zones are listed when the collector is made. Readable by root alone on most kernels.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/collector.h"
#include "collectors/node/kernel_file.h"
#include "collectors/node/node_options.h"

namespace supercargo {

struct RaplName {
  std::string name;
  std::size_t index;
};

// "package-0" as package and 0. A name without a number is counted: `used` is how many there were,
// by name.
[[nodiscard]] RaplName split_rapl_name(std::string_view text,
                                       std::map<std::string, std::size_t, std::less<>>& used);

class RaplCollector final : public Collector {
 public:
  explicit RaplCollector(const NodeOptions& options);

  [[nodiscard]] std::string_view name() const noexcept override { return "rapl"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;

  [[nodiscard]] bool has_late_families() const noexcept override { return true; }

  Status collect(SampleSet& out) override;

 private:
  struct Zone {
    std::string family;  // the zone's name, with only what a family's name may have
    std::string help;
    std::string labels;
    KernelFile energy;
  };

  bool zone_label_;
  std::vector<Zone> zones_;
};

}  // namespace supercargo
