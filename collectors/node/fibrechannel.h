// node_fibrechannel_*: Fibre Channel host ports, from <sys>/class/fc_host.
#pragma once

#include <string>
#include <string_view>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/attributes.h"

namespace supercargo {

class FibrechannelCollector final : public Collector {
 public:
  explicit FibrechannelCollector(const HostPaths& host) : hosts_(host.sys + "/class/fc_host") {}

  [[nodiscard]] std::string_view name() const noexcept override { return "fibrechannel"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  void add_info(const std::string& host, SampleSet& out);

  std::string hosts_;
  AttributeReader reader_;
};

}  // namespace supercargo
