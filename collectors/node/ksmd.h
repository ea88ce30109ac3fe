// node_ksmd_*: kernel samepage merging, from <sys>/kernel/mm/ksm. Off by default.
#pragma once

#include <string>
#include <string_view>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/attributes.h"

namespace supercargo {

class KsmdCollector final : public Collector {
 public:
  explicit KsmdCollector(const HostPaths& host) : directory_(host.sys + "/kernel/mm/ksm") {}

  [[nodiscard]] std::string_view name() const noexcept override { return "ksmd"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  const std::string directory_;
  AttributeReader reader_;
};

}  // namespace supercargo
