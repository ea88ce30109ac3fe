// node_softnet_*: packets that each CPU's network softirq processed and dropped, from
// <proc>/1/net/softnet_stat.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/kernel_file.h"

namespace supercargo {

struct SoftnetCpu {
  std::uint32_t cpu;
  std::uint32_t processed;
  std::uint32_t dropped;
  std::uint32_t times_squeezed;
  std::optional<std::uint32_t> received_rps;      // Linux 2.6.35
  std::optional<std::uint32_t> flow_limit_count;  // Linux 3.11
  std::optional<std::uint32_t> backlog_packets;   // Linux 5.10
};

// Replaces `out`. Odd lines are left out; kParse when no line is good.
[[nodiscard]] Status parse_softnet_stat(std::string_view text, std::vector<SoftnetCpu>& out);

class SoftnetCollector final : public Collector {
 public:
  explicit SoftnetCollector(const HostPaths& host)
      : file_(host.proc + "/1/net/softnet_stat", FileEnd::kLessThanPage) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "softnet"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  KernelFile file_;
  std::vector<SoftnetCpu> cpus_;
};

}  // namespace supercargo
