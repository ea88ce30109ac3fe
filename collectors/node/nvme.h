// node_nvme_info: names of the NVMe controllers, from <sys>/class/nvme.
#pragma once

#include <string>
#include <string_view>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/attributes.h"

namespace supercargo {

class NvmeCollector final : public Collector {
 public:
  explicit NvmeCollector(const HostPaths& host) : devices_(host.sys + "/class/nvme") {}

  [[nodiscard]] std::string_view name() const noexcept override { return "nvme"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  std::string devices_;
  AttributeReader reader_;
};

}  // namespace supercargo
