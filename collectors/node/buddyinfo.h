// node_buddyinfo_blocks: free blocks of each size in the zones of memory, from <proc>/buddyinfo.
// Off by default.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/kernel_file.h"

namespace supercargo {

struct BuddyZone {
  static constexpr std::size_t kMaxOrders = 32;

  std::string_view node;
  std::string_view zone;
  std::size_t orders = 0;                        // how many of them there are
  std::array<std::uint64_t, kMaxOrders> blocks;  // free ones of 2^order pages
};

// Replaces `out`; views into `text`. Odd lines are left out; kParse when no line is good.
[[nodiscard]] Status parse_buddyinfo(std::string_view text, std::vector<BuddyZone>& out);

class BuddyinfoCollector final : public Collector {
 public:
  explicit BuddyinfoCollector(const HostPaths& host)
      : file_(host.proc + "/buddyinfo", FileEnd::kLessThanPage) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "buddyinfo"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;
  Status collect(SampleSet& out) override;

 private:
  KernelFile file_;
  std::vector<BuddyZone> zones_;
};

}  // namespace supercargo
