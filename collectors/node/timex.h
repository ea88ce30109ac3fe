// node_timex_*: how well the node's clock is synchronised, from adjtimex(2), which only reads here.
#pragma once

#include <array>

#include <sys/timex.h>

#include "agent/base/collector.h"

namespace supercargo {

inline constexpr std::size_t kTimexFamilies = 17;

// The values of the families, in the order of TimexCollector::families(). `state` is what
// adjtimex(2) returned.
[[nodiscard]] std::array<double, kTimexFamilies> timex_values(const timex& clock, int state);

class TimexCollector final : public Collector {
 public:
  [[nodiscard]] std::string_view name() const noexcept override { return "timex"; }

  [[nodiscard]] std::span<const MetricDesc> families() const noexcept override;

  // kUnavailable where a seccomp profile forbids the call.
  Status collect(SampleSet& out) override;
};

}  // namespace supercargo
