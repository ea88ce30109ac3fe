// node_uname_info: the kernel's and the host's names, from uname(2).
//
// A pod without hostNetwork has a host name of its own: unavailable there.
#pragma once

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"

namespace supercargo {

class UnameCollector final : public Collector {
 public:
  explicit UnameCollector(const HostPaths& host);

  [[nodiscard]] std::string_view name() const noexcept override { return "uname"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  bool is_host_;
};

}  // namespace supercargo
