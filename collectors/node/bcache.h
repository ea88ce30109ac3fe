// node_bcache_*: caches of block devices, from <sys>/fs/bcache.
// Format: https://www.kernel.org/doc/html/latest/admin-guide/bcache.html.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/attributes.h"

namespace supercargo {

// A number as bcache writes it, with a unit: "2.7G", "-0.5k", "1.1M/sec", "98".
[[nodiscard]] std::optional<double> parse_bcache_number(std::string_view text);

// The number of the line "target:		20.0G" of writeback_rate_debug.
[[nodiscard]] std::optional<double> bcache_debug_value(std::string_view text, std::string_view key);

class BcacheCollector final : public Collector {
 public:
  explicit BcacheCollector(const HostPaths& host) : root_(host.sys + "/fs/bcache") {}

  [[nodiscard]] std::string_view name() const noexcept override { return "bcache"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  void collect_backing_device(const std::string& directory,
                              SampleSet::LabelBlock labels,
                              SampleSet& out);
  void add_files(const std::string& directory,
                 std::span<const std::string_view> files,
                 std::size_t first_family,
                 SampleSet::LabelBlock labels,
                 SampleSet& out);

  std::string root_;
  AttributeReader reader_;
};

}  // namespace supercargo
