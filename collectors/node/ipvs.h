// node_ipvs_*: the kernel's load balancer in the host's network namespace, from
// <proc>/1/net/ip_vs_stats and ip_vs.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/kernel_file.h"

namespace supercargo {

struct IpvsBackend {
  std::string local_address;
  std::string local_mark;
  std::string local_port;
  std::string proto;
  std::string remote_address;
  std::string remote_port;
  std::uint64_t weight;
  std::uint64_t active;
  std::uint64_t inactive;
};

// Connections, packets in and out, bytes in and out.
[[nodiscard]] Result<std::array<std::uint64_t, 5>> parse_ipvs_stats(std::string_view text);

// kParse when an address or a number is odd.
[[nodiscard]] Result<std::vector<IpvsBackend>> parse_ipvs(std::string_view text);

class IpvsCollector final : public Collector {
 public:
  explicit IpvsCollector(const HostPaths& host)
      : stats_(host.proc + "/1/net/ip_vs_stats", FileEnd::kLess),
        backends_(host.proc + "/1/net/ip_vs") {}

  [[nodiscard]] std::string_view name() const noexcept override { return "ipvs"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  KernelFile stats_;
  KernelFile backends_;
};

}  // namespace supercargo
