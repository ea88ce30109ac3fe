// A rate in bytes a second, with a burst: what may be taken now, and when there is something again.
//
// Used by one thread, which tells the time. Taking is always allowed and may leave a debt (a line
// is taken whole); a bucket that owes or was emptied is dry until a tenth of a second's worth has
// come in, so that whoever waits for it does not wake for every byte.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "agent/base/clock.h"

namespace supercargo {

class TokenBucket {
 public:
  // Full at first. Requires: rate and burst are not 0.
  TokenBucket(std::uint64_t bytes_per_second, std::uint64_t burst_bytes)
      : rate_(static_cast<double>(bytes_per_second)),
        burst_(static_cast<double>(burst_bytes)),
        tokens_(burst_) {}

  void advance(SteadyTime now) {
    if (now > at_) {
      const std::chrono::duration<double> elapsed = now - at_;
      tokens_ = at_ == SteadyTime{} ? tokens_ : std::min(burst_, tokens_ + elapsed.count() * rate_);
      at_ = now;
    }
    dry_ = tokens_ < 1 || (dry_ && tokens_ < refilled());
  }

  // The rest tells and changes what is there at the last advance().

  [[nodiscard]] bool dry() const { return dry_; }

  [[nodiscard]] bool full() const { return tokens_ >= burst_; }

  [[nodiscard]] std::uint64_t tokens() const {
    return tokens_ > 0 ? static_cast<std::uint64_t>(tokens_) : 0;
  }

  void take(std::uint64_t bytes) {
    tokens_ -= static_cast<double>(bytes);
    dry_ = dry_ || tokens_ < 1;
  }

  // When it will not be dry any more, if nothing is taken.
  [[nodiscard]] SteadyTime wet_at() const { return reached_at(refilled()); }

  // When nothing more comes in, if nothing is taken: to wait longer would waste the rate.
  [[nodiscard]] SteadyTime full_at() const { return reached_at(burst_); }

 private:
  // At least the byte without which it is dry.
  [[nodiscard]] double refilled() const { return std::max(1.0, std::min(burst_, rate_ / 10)); }

  [[nodiscard]] SteadyTime reached_at(double tokens) const {
    // Rounded up: at that time they are there.
    const std::chrono::duration<double> wait(std::max(0.0, tokens - tokens_) / rate_);
    return at_ + std::chrono::ceil<Milliseconds>(wait);
  }

  const double rate_;
  const double burst_;
  double tokens_;
  SteadyTime at_{};
  bool dry_ = false;
};

}  // namespace supercargo
