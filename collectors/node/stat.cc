#include "collectors/node/stat.h"

namespace supercargo {
namespace {

constexpr std::array<MetricDesc, 6> kFamilies{{
    {"node_intr_total", "Total number of interrupts serviced.", MetricKind::kCounter},
    {"node_context_switches_total", "Total number of context switches.", MetricKind::kCounter},
    {"node_forks_total", "Total number of forks.", MetricKind::kCounter},
    {"node_boot_time_seconds", "Node boot time, in unixtime.", MetricKind::kGauge},
    {"node_procs_running", "Number of processes in runnable state.", MetricKind::kGauge},
    {"node_procs_blocked",
     "Number of processes blocked waiting for I/O to complete.",
     MetricKind::kGauge},
}};

}  // namespace

std::span<const MetricDesc> StatCollector::families() const noexcept {
  return kFamilies;
}

Status StatCollector::collect(SampleSet& out) {
  Result<const ProcStat*> taken = file_->take(ProcStatFile::User::kStat);
  if (!taken) {
    return std::move(taken).error();
  }
  const ProcStat& stat = **taken;
  const std::array<std::optional<std::uint64_t>, kFamilies.size()> values{stat.interrupts,
                                                                          stat.context_switches,
                                                                          stat.forks,
                                                                          stat.boot_time,
                                                                          stat.running,
                                                                          stat.blocked};
  for (std::size_t family = 0; family < values.size(); ++family) {
    if (values[family]) {
      out.add(family, SampleSet::kNoLabels, static_cast<double>(*values[family]));
    }
  }
  return Ok{};
}

}  // namespace supercargo
