#include "collectors/lifecycle/usage_window.h"

#include <algorithm>

namespace supercargo {

void UsageWindow::add(const UsageSecond& second) {
  UsageSecond& kept = seconds_.at(second.at % kPeakWindowSeconds);
  if (kept.at != second.at) {
    kept = second;
    return;
  }
  kept.cpu_cores = std::max(kept.cpu_cores, second.cpu_cores);
  kept.memory_bytes = std::max(kept.memory_bytes, second.memory_bytes);
  kept.periods += second.periods;
  kept.throttled_periods += second.throttled_periods;
}

UsagePeaks UsageWindow::peaks(std::uint32_t now) const {
  UsagePeaks peaks;
  for (const UsageSecond& second : seconds_) {
    if (second.at == 0 || second.at > now || now - second.at >= kPeakWindowSeconds) {
      continue;
    }
    peaks.any = true;
    peaks.cpu_cores = std::max(peaks.cpu_cores, static_cast<double>(second.cpu_cores));
    peaks.memory_bytes = std::max(peaks.memory_bytes, second.memory_bytes);
    peaks.periods += second.periods;
    peaks.throttled_periods += second.throttled_periods;
  }
  return peaks;
}

}  // namespace supercargo
