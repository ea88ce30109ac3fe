// How large an output's next request may be, and how many there may be: less after a receiver said
// "too large", after it has failed, and while the agent is short of memory.
//
// Owned by a DeliveryLoop, on its thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>

namespace supercargo {

class RequestSize {
 public:
  // A request that is too large is split down to this, then to single lines.
  static constexpr std::size_t kSmallest = std::size_t{4} << 10;
  static constexpr std::size_t kOneLine = 1;
  // Shortness of memory alone lowers it no further.
  static constexpr std::size_t kSmallestShort = std::size_t{64} << 10;

  // What may be in flight first after a failure.
  static constexpr std::size_t kFirstWindow = std::size_t{64} << 10;

  explicit RequestSize(std::size_t most) : most_(most), bytes_(most) {}

  [[nodiscard]] std::size_t bytes() const {
    const std::size_t bytes = std::min(bytes_, window_);
    return pressure_ == 0 ? bytes : std::min(bytes, std::max(most_ >> pressure_, kSmallestShort));
  }

  // A request was delivered: the next may be a little larger.
  void grow() {
    bytes_ = std::min(most_, bytes_ + (bytes_ < kSmallest ? kSmallest : bytes_ / 8));
    window_ = window_ > kNoWindow / 2 ? kNoWindow : window_ * 2;
  }

  // The receiver has failed. A thousand nodes that come back to it must not overrun it: what they
  // have in flight begins small and doubles with each request that is delivered.
  void start_slowly() { window_ = kFirstWindow; }

  // A request that was bounded by `limit` was too large. Others that were in flight with it were as
  // large: the size is halved once for all of them.
  void shrink_below(std::size_t limit) {
    const std::size_t smaller = limit > kSmallest ? std::max(kSmallest, limit / 2) : kOneLine;
    bytes_ = std::min(bytes_, smaller);
  }

  // Of an output that may have so many requests in flight.
  [[nodiscard]] std::size_t in_flight(std::size_t most) const {
    const std::size_t may = std::min(most, window_ / most_ + 1);
    return pressure_ == 0 ? may : std::max<std::size_t>(may >> pressure_, 1);
  }

  // Each step of pressure halves what is held.
  void set_pressure(unsigned pressure) { pressure_ = std::min(pressure, 16U); }

 private:
  static constexpr std::size_t kNoWindow = std::numeric_limits<std::size_t>::max();

  const std::size_t most_;
  std::size_t bytes_;
  std::size_t window_ = kNoWindow;  // of bytes in flight
  unsigned pressure_ = 0;
};

}  // namespace supercargo
