// node_network_*_total: traffic of the host's network devices, from <proc>/1/net/dev: /proc/net is
// always the reader's own namespace.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/collector.h"
#include "collectors/node/kernel_file.h"
#include "collectors/node/name_filter.h"
#include "collectors/node/node_options.h"

namespace supercargo {

struct NetDevice {
  static constexpr std::size_t kCounters = 16;

  std::string_view name;
  // receive: bytes packets errs drop fifo frame compressed multicast
  // transmit: bytes packets errs drop fifo colls carrier compressed
  std::array<std::uint64_t, kCounters> counters;
};

// Replaces `out`; views into `text`. Odd lines are left out; kParse when no line is good.
[[nodiscard]] Status parse_net_dev(std::string_view text, std::vector<NetDevice>& out);

class NetdevCollector final : public Collector {
 public:
  explicit NetdevCollector(const NodeOptions& options);

  [[nodiscard]] std::string_view name() const noexcept override { return "netdev"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  void add_nohandler(const NetDevice& device, SampleSet::LabelBlock labels, SampleSet& out);

  KernelFile file_;
  NameFilter filter_;
  std::string class_net_;  // empty when sysfs is not the host's
  std::vector<NetDevice> devices_;
  std::string path_;
  std::string text_;
};

}  // namespace supercargo
