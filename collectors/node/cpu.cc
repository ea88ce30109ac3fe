#include "collectors/node/cpu.h"

#include <algorithm>
#include <string>

namespace supercargo {
namespace {

enum Family : std::size_t { kSeconds, kGuestSeconds, kFirstThrottle };

constexpr std::array<std::string_view, 2> kLabels{"cpu", "mode"};
constexpr std::array<std::string_view, 2> kCoreLabels{"core", "package"};
constexpr std::array<std::string_view, 1> kPackageLabels{"package"};
constexpr std::array<std::string_view, 1> kCpuLabels{"cpu"};
constexpr std::array<MetricDesc, 5> kFamilies{{
    {"node_cpu_seconds_total",
     "Seconds the CPUs spent in each mode.",
     MetricKind::kCounter,
     kLabels},
    {"node_cpu_guest_seconds_total",
     "Seconds the CPUs spent in guests (VMs) for each mode.",
     MetricKind::kCounter,
     kLabels},
    {"node_cpu_core_throttles_total",
     "Number of times this CPU core has been throttled.",
     MetricKind::kCounter,
     kCoreLabels},
    {"node_cpu_package_throttles_total",
     "Number of times this CPU package has been throttled.",
     MetricKind::kCounter,
     kPackageLabels},
    {"node_cpu_isolated",
     "Whether each core is isolated, information from /sys/devices/system/cpu/isolated.",
     MetricKind::kGauge,
     kCpuLabels},
}};

// In the order of CpuTicks::Mode.
constexpr std::array<std::string_view, CpuTicks::kModes> kModeNames{
    "user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal", "user", "nice"};

constexpr double kJumpBackSeconds = 3;

}  // namespace

CpuTicks without_steps_back(const CpuTicks& before, const CpuTicks& now) {
  const std::uint64_t idle_before = before.ticks[CpuTicks::kIdle];
  const std::uint64_t idle_now = now.ticks[CpuTicks::kIdle];
  if (idle_before > idle_now &&
      static_cast<double>(idle_before - idle_now) >= kJumpBackSeconds * kUserHz) {
    return now;
  }
  CpuTicks out = now;
  std::ranges::transform(
      before.ticks, now.ticks, out.ticks.begin(), [](auto a, auto b) { return std::max(a, b); });
  return out;
}

CpuCollector::CpuCollector(std::shared_ptr<ProcStatFile> file, const HostPaths& host)
    : file_(std::move(file)), throttle_(host, kFirstThrottle) {}

std::span<const MetricDesc> CpuCollector::families() const noexcept {
  return kFamilies;
}

Status CpuCollector::collect(SampleSet& out) {
  Result<const ProcStat*> stat = file_->take(ProcStatFile::User::kCpu);
  if (!stat) {
    return std::move(stat).error();
  }
  for (const CpuTicks& now : (*stat)->cpus) {
    CpuTicks& highest = highest_[now.cpu];
    highest = without_steps_back(highest, now);
    const std::string cpu = std::to_string(now.cpu);
    for (std::size_t mode = 0; mode < CpuTicks::kModes; ++mode) {
      out.add(mode < CpuTicks::kGuest ? kSeconds : kGuestSeconds,
              out.add_labels({{"cpu", cpu}, {"mode", kModeNames[mode]}}),
              static_cast<double>(highest.ticks[mode]) / kUserHz);
    }
  }
  throttle_.add_samples(out);
  return Ok{};
}

}  // namespace supercargo
