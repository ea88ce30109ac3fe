// What discovery tells of itself: metrics, and log lines that say what to do.
//
// Owned by LogDiscovery, on its thread. Lines that may repeat are limited.
#pragma once

#include <cstddef>
#include <cstdint>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/base/self_metrics.h"
#include "collectors/logs/scan_errors.h"

namespace supercargo {

class DiscoveryReport {
 public:
  explicit DiscoveryReport(SelfMetrics& metrics);

  // As they are after a rescan.
  struct State {
    std::size_t open_files = 0;
    std::size_t parked_files = 0;
    std::uint64_t deleted_bytes = 0;
    std::size_t watches = 0;
  };

  void rescanned(const State& state);
  void errors(const ScanErrors& errors, SteadyTime now);
  void overflow(SteadyTime now);

 private:
  prometheus::Gauge& open_files_;
  prometheus::Gauge& parked_files_;
  prometheus::Gauge& deleted_bytes_;
  prometheus::Gauge& watches_;
  prometheus::Counter& rescans_;
  prometheus::Counter& overflows_;
  prometheus::Counter& errors_;
  prometheus::Counter& shortages_;
  LogLimiter error_log_{std::chrono::seconds(300)};
  LogLimiter shortage_log_{std::chrono::seconds(300)};
  LogLimiter overflow_log_{std::chrono::seconds(300)};
};

}  // namespace supercargo
