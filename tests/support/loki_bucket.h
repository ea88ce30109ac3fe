// A rate limit as golang.org/x/time/rate, which Loki uses, understands it: a bucket of `burst`
// tokens that is filled at `rate`; what does not fit takes nothing, and what is larger than the
// bucket never fits.
//
// A value; one thread. Rate and burst may differ from call to call.
#pragma once

#include <algorithm>
#include <cstdint>

namespace supercargo::test {

class LokiBucket {
 public:
  // A rate of 0 is no limit, and leaves the bucket full.
  bool allow(std::uint64_t count, std::uint64_t rate, std::uint64_t burst, std::int64_t now_ns) {
    const auto most = static_cast<double>(burst);
    if (rate == 0) {
      tokens_ = -1;
      return true;
    }
    const double seconds = static_cast<double>(std::max<std::int64_t>(0, now_ns - at_ns_)) / 1e9;
    const double filled = tokens_ + seconds * static_cast<double>(rate);
    tokens_ = tokens_ < 0 ? most : std::min(most, filled);
    at_ns_ = now_ns;
    if (static_cast<double>(count) > tokens_) {
      return false;
    }
    tokens_ -= static_cast<double>(count);
    return true;
  }

 private:
  double tokens_ = -1;  // below 0: full
  std::int64_t at_ns_ = 0;
};

}  // namespace supercargo::test
