// node_udp_queues: bytes in the queues of all UDP sockets of the host's network namespace, from
// <proc>/1/net/udp and udp6.
#pragma once

#include <cstdint>
#include <string_view>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/kernel_file.h"

namespace supercargo {

struct UdpQueues {
  std::uint64_t transmit = 0;
  std::uint64_t receive = 0;
};

// Sums over the sockets. Odd lines are left out; kParse when the text has no header.
[[nodiscard]] Result<UdpQueues> parse_udp_queues(std::string_view text);

class UdpQueuesCollector final : public Collector {
 public:
  explicit UdpQueuesCollector(const HostPaths& host)
      : file_(host.proc + "/1/net/udp", FileEnd::kLessThanPage),
        file6_(host.proc + "/1/net/udp6", FileEnd::kLessThanPage) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "udp_queues"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  KernelFile file_;
  KernelFile file6_;
};

}  // namespace supercargo
