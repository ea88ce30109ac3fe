// The two clocks, by name. Code that waits takes the time as a parameter, so that tests need no
// sleep.
#pragma once

#include <chrono>
#include <cstdint>

namespace supercargo {

using SteadyTime = std::chrono::steady_clock::time_point;
using Milliseconds = std::chrono::milliseconds;

[[nodiscard]] inline SteadyTime steady_now() {
  return std::chrono::steady_clock::now();
}

// Nanoseconds since 1970, as log records carry them.
[[nodiscard]] inline std::int64_t unix_nanoseconds_now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace supercargo
