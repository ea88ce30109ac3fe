#include "agent/app/memory_guard.h"

#include <algorithm>
#include <string>

#include <unistd.h>

#include "agent/base/fd.h"
#include "agent/base/text.h"
#include "agent/pipeline/pipeline_metrics.h"

namespace supercargo {
namespace {

constexpr unsigned kCalmLooks = 10;
constexpr std::uint64_t kMiB = 1 << 20;

}  // namespace

MemoryGuard::MemoryGuard(std::uint64_t limit_bytes, SelfMetrics& metrics)
    : limit_(limit_bytes),
      pressure_gauge_(metrics.gauge(pipeline_metrics::kMemoryPressure)),
      raised_(metrics.counter(pipeline_metrics::kMemoryPressureRaised)) {
  pressure_gauge_.Set(0);
}

unsigned MemoryGuard::observe(std::uint64_t resident_bytes, SteadyTime now) {
  calm_looks_ = resident_bytes < limit_ / 10 * 8 ? calm_looks_ + 1 : 0;
  if (resident_bytes > limit_ / 10 * 9) {
    raised_.Increment(pressure_ < kMostPressure ? 1 : 0);
    pressure_ = std::min(pressure_ + 1, kMostPressure);
    std::uint64_t suppressed = 0;
    if (log_.allow(now, suppressed)) {
      log_warn("Memory is near memory_limit: outputs hold less, and may be slower.",
               {{"resident_mib", resident_bytes / kMiB}, {"limit_mib", limit_ / kMiB}});
    }
  } else if (calm_looks_ >= kCalmLooks && pressure_ > 0) {
    --pressure_;
    calm_looks_ = 0;
  }
  pressure_gauge_.Set(pressure_);
  return pressure_;
}

std::optional<std::uint64_t> parse_resident_pages(std::string_view statm) {
  (void)take_word(statm);
  return parse_u64(take_word(statm));
}

std::optional<std::uint64_t> resident_bytes() {
  std::string statm;
  if (const Status read = read_file("/proc/self/statm", statm); !read) {
    return std::nullopt;
  }
  const std::optional<std::uint64_t> pages = parse_resident_pages(statm);
  const long page_bytes = ::sysconf(_SC_PAGESIZE);
  return pages ? std::optional(*pages * static_cast<std::uint64_t>(page_bytes)) : std::nullopt;
}

}  // namespace supercargo
