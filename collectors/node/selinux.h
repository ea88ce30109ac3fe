// node_selinux_*: whether SELinux is enabled, and its mode, from <sys>/fs/selinux and the host's
// /etc/selinux/config.
#pragma once

#include <string_view>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/attributes.h"

namespace supercargo {

// The mode that `SELINUX=` asks for: 1 enforcing, 0 permissive, -1 anything else, as libselinux
// counts them.
[[nodiscard]] int parse_selinux_config(std::string_view text);

class SelinuxCollector final : public Collector {
 public:
  explicit SelinuxCollector(HostPaths host) : host_(std::move(host)) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "selinux"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  HostPaths host_;
  AttributeReader reader_;
};

}  // namespace supercargo
