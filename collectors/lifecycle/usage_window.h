// What a container used in each of the last 60 seconds: the source of its peaks.
//
// Owned by the thread of ContainerWatch. A fixed window that ends now, not one that a scrape begins
// anew: two scrapers see the same.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace supercargo {

inline constexpr std::uint32_t kPeakWindowSeconds = 60;

// One second of a container.
struct UsageSecond {
  std::uint32_t at = 0;  // seconds of any clock that never goes back; 0: nothing was read
  float cpu_cores = 0;
  std::uint64_t memory_bytes = 0;
  std::uint32_t periods = 0;  // in which its CPU quota was enforced, and those that used it up
  std::uint32_t throttled_periods = 0;
};

struct UsagePeaks {
  bool any = false;  // whether anything was read in the window
  double cpu_cores = 0;
  std::uint64_t memory_bytes = 0;
  std::uint64_t periods = 0;
  std::uint64_t throttled_periods = 0;
};

class UsageWindow {
 public:
  // Two readings of one second are both kept.
  void add(const UsageSecond& second);

  [[nodiscard]] UsagePeaks peaks(std::uint32_t now) const;

 private:
  std::array<UsageSecond, kPeakWindowSeconds> seconds_{};
};

}  // namespace supercargo
