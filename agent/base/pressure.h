// Pressure stall information, as /proc/pressure/* and a cgroup's *.pressure files give it
// (Documentation/accounting/psi). Pure, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "agent/base/result.h"

namespace supercargo {

// Microseconds since boot, or since the cgroup was made. cpu has no full line before Linux 5.13,
// irq has no some line.
struct PressureTotals {
  std::optional<std::uint64_t> some;
  std::optional<std::uint64_t> full;
};

// An error when no line has a total.
[[nodiscard]] Result<PressureTotals> parse_pressure(std::string_view text);

}  // namespace supercargo
