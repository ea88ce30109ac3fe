// How long to wait after a failure: exponential, with full jitter, so that a thousand nodes do not
// return at once.
//
// One a destination, used by one thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>

#include "agent/base/clock.h"

namespace supercargo {

class Backoff {
 public:
  Backoff(Milliseconds initial, Milliseconds max, std::uint64_t seed)
      : initial_(initial), max_(max), random_(seed) {}

  // The wait after one more failure: between half of and the whole of initial * 2^failures, at most
  // `max`, and never less than what the receiver asked for.
  [[nodiscard]] Milliseconds next(Milliseconds at_least) {
    Milliseconds ceiling = initial_;
    for (std::uint32_t i = 0; i < failures_ && ceiling < max_; ++i) {
      ceiling *= 2;
    }
    ++failures_;
    ceiling = std::min(ceiling, max_);
    std::uniform_int_distribution<std::int64_t> jitter(ceiling.count() / 2, ceiling.count());
    return std::max(Milliseconds(jitter(random_)), at_least);
  }

  void reset() { failures_ = 0; }

  [[nodiscard]] std::uint32_t failures() const { return failures_; }

 private:
  const Milliseconds initial_;
  const Milliseconds max_;
  std::mt19937_64 random_;
  std::uint32_t failures_ = 0;
};

}  // namespace supercargo
