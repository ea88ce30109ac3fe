// node_xfs_*: what each mounted XFS file system has done, from <sys>/fs/xfs/DEVICE/stats/stats.
// Format: https://xfs.org/index.php/Runtime_Stats.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/attributes.h"

namespace supercargo {

// Adds the values of the file's lines, in the order in which the collector's families have them.
// Lines and values that are not there are left out.
void parse_xfs_stats(std::string_view text,
                     const std::function<void(std::size_t family, double value)>& add);

class XfsCollector final : public Collector {
 public:
  explicit XfsCollector(const HostPaths& host) : root_(host.sys + "/fs/xfs") {}

  [[nodiscard]] std::string_view name() const noexcept override { return "xfs"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  std::string root_;
  AttributeReader reader_;
};

}  // namespace supercargo
