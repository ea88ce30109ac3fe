// node_md_*: software RAID, from <proc>/mdstat.
// Format: https://raid.wiki.kernel.org/index.php/Mdstat.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/kernel_file.h"

namespace supercargo {

struct MdDevice {
  enum State { kActive, kInactive, kRecovering, kResync, kCheck, kOther };

  std::string_view name;
  State state;
  std::uint64_t disks_required;
  std::uint64_t disks_active;
  std::uint64_t disks_failed;
  std::uint64_t disks_spare;
  std::uint64_t blocks;
  std::uint64_t blocks_synced;
};

// Views into `text`. A device that cannot be understood is an error: an alert on missing disks must
// not fall silent.
[[nodiscard]] Result<std::vector<MdDevice>> parse_mdstat(std::string_view text);

class MdadmCollector final : public Collector {
 public:
  explicit MdadmCollector(const HostPaths& host) : file_(host.proc + "/mdstat") {}

  [[nodiscard]] std::string_view name() const noexcept override { return "mdadm"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  KernelFile file_;
};

}  // namespace supercargo
