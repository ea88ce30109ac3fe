// node_bonding_*: configured and active slaves of each bonding device, from <sys>/class/net.
//
// Unavailable without bonding, and where sysfs shows another network namespace than the host's.
#pragma once

#include <string>
#include <string_view>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/attributes.h"

namespace supercargo {

class BondingCollector final : public Collector {
 public:
  explicit BondingCollector(const HostPaths& host);

  [[nodiscard]] std::string_view name() const noexcept override { return "bonding"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  [[nodiscard]] bool is_up(std::string_view device, std::string_view slave);

  std::string devices_;
  bool is_host_;
  AttributeReader reader_;
};

}  // namespace supercargo
