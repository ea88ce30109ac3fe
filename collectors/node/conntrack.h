// node_nf_conntrack_*: the connection tracking table of the host's network namespace.
//
// Its size and limit are sysctls, which always show the reader's own namespace: the collector is
// unavailable unless that is the host's.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/kernel_file.h"

namespace supercargo {

// Sums over the CPUs of <proc>/1/net/stat/nf_conntrack.
struct ConntrackStats {
  enum Column { kFound, kInvalid, kIgnore, kInsert, kInsertFailed, kDrop, kEarlyDrop, kRestart };

  static constexpr std::size_t kColumns = 8;

  std::array<std::uint64_t, kColumns> values{};
};

[[nodiscard]] Result<ConntrackStats> parse_conntrack_stat(std::string_view text);

class ConntrackCollector final : public Collector {
 public:
  explicit ConntrackCollector(const HostPaths& host);

  [[nodiscard]] std::string_view name() const noexcept override { return "conntrack"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  bool is_host_;
  std::array<KernelFile, 2> sysctls_;
  KernelFile stat_;
};

}  // namespace supercargo
