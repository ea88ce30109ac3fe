// node_slabinfo_*: objects of the kernel's slab caches, from <proc>/slabinfo, which root alone may
// read. Off by default: the kernel walks all caches for it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "agent/base/collector.h"
#include "agent/base/host_paths.h"
#include "collectors/node/kernel_file.h"

namespace supercargo {

struct SlabCache {
  std::string_view name;
  // Active and all objects, bytes of one, objects and pages of a slab.
  std::array<std::uint64_t, 5> numbers;
};

// Replaces `out`, by name; views into `text`. Odd lines are left out, and all but one of several
// with the same name; kParse when the text has another version of the format.
[[nodiscard]] Status parse_slabinfo(std::string_view text, std::vector<SlabCache>& out);

class SlabinfoCollector final : public Collector {
 public:
  explicit SlabinfoCollector(const HostPaths& host);

  [[nodiscard]] std::string_view name() const noexcept override { return "slabinfo"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;

  // kUnavailable without the right to read the file.
  Status collect(SampleSet& out) override;

 private:
  KernelFile file_;
  const bool forbidden_;
  std::vector<SlabCache> caches_;
};

}  // namespace supercargo
