// node_tape_*: traffic of SCSI tape drives, from <sys>/class/scsi_tape/st*/stats.
// Format: https://www.kernel.org/doc/html/latest/scsi/st.html.
#pragma once

#include <string>
#include <string_view>

#include "agent/base/collector.h"
#include "collectors/node/attributes.h"
#include "collectors/node/name_filter.h"
#include "collectors/node/node_options.h"

namespace supercargo {

class TapestatsCollector final : public Collector {
 public:
  explicit TapestatsCollector(const NodeOptions& options)
      : devices_(options.host.sys + "/class/scsi_tape"),
        filter_(NameFilter::excluding(options.config.tapestats_ignored_devices)) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "tapestats"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  std::string devices_;
  NameFilter filter_;
  AttributeReader reader_;
};

}  // namespace supercargo
