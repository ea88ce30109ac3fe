// Keeps the process below memory_limit when the plan of memory_budget.h does not: looks at what is
// resident, and tells outputs to hold less.
//
// Owned by LogPart, called on the main thread about once a second.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/base/self_metrics.h"

namespace supercargo {

class MemoryGuard {
 public:
  static constexpr unsigned kMostPressure = 4;

  MemoryGuard(std::uint64_t limit_bytes, SelfMetrics& metrics);

  // So much is resident now. Returns the pressure that outputs are to be put under: each step above
  // 0 halves what they may hold. It rises by a step at each look above nine tenths of the limit,
  // and falls by one after ten looks below eight tenths.
  unsigned observe(std::uint64_t resident_bytes, SteadyTime now);

 private:
  const std::uint64_t limit_;
  prometheus::Gauge& pressure_gauge_;
  prometheus::Counter& raised_;
  unsigned pressure_ = 0;
  unsigned calm_looks_ = 0;
  LogLimiter log_{std::chrono::seconds(300)};
};

// The second number of /proc/self/statm, in pages:
//
//   9012 5231 2871 812 0 3010 0
[[nodiscard]] std::optional<std::uint64_t> parse_resident_pages(std::string_view statm);

// Of this process; none where the kernel does not tell.
[[nodiscard]] std::optional<std::uint64_t> resident_bytes();

}  // namespace supercargo
