// A limit that a refusal named, and that is forgotten after a while since administrators change
// them.
//
// A value; owned with what it is a limit of, on its output's thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "agent/base/clock.h"

namespace supercargo {

// 0: none is known.
class LearnedLimit {
 public:
  static constexpr std::chrono::minutes kKeep{10};

  void learn(SteadyTime now, std::uint64_t value) {
    value_ = value;
    until_ = now + kKeep;
  }

  void learn_least(SteadyTime now, std::uint64_t value) {
    const std::uint64_t known = at(now);
    learn(now, known > 0 ? std::min(known, value) : value);
  }

  [[nodiscard]] std::uint64_t at(SteadyTime now) const { return now < until_ ? value_ : 0; }

 private:
  std::uint64_t value_ = 0;
  SteadyTime until_{};
};

}  // namespace supercargo
