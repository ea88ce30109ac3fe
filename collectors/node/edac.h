// node_edac_*: memory errors that the hardware corrected or could not, of each memory controller
// and chip-select row, from <sys>/devices/system/edac/mc.
#pragma once

#include <string>
#include <string_view>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/attributes.h"

namespace supercargo {

class EdacCollector final : public Collector {
 public:
  explicit EdacCollector(const HostPaths& host)
      : controllers_(host.sys + "/devices/system/edac/mc") {}

  [[nodiscard]] std::string_view name() const noexcept override { return "edac"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  void add_counts(const std::string& directory,
                  std::string_view correctable_file,
                  std::string_view uncorrectable_file,
                  std::size_t first_family,
                  SampleSet::LabelBlock labels,
                  SampleSet& out);

  std::string controllers_;
  AttributeReader reader_;
};

}  // namespace supercargo
