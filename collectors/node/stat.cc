#include "collectors/node/stat.h"

#include "agent/base/text.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 1> kVector{"vector"};
constexpr std::array<MetricDesc, 7> kFamilies{{
    {"node_intr_total", "Total number of interrupts serviced.", MetricKind::kCounter},
    {"node_context_switches_total", "Total number of context switches.", MetricKind::kCounter},
    {"node_forks_total", "Total number of forks.", MetricKind::kCounter},
    {"node_boot_time_seconds", "Node boot time, in unixtime.", MetricKind::kGauge},
    {"node_procs_running", "Number of processes in runnable state.", MetricKind::kGauge},
    {"node_procs_blocked",
     "Number of processes blocked waiting for I/O to complete.",
     MetricKind::kGauge},
    {"node_softirqs_total", "Number of softirq calls.", MetricKind::kCounter, kVector},
}};

constexpr std::size_t kSoftirqs = kFamilies.size() - 1;

// In the order of the line.
constexpr std::array<std::string_view, 10> kVectors{"hi",
                                                    "timer",
                                                    "net_tx",
                                                    "net_rx",
                                                    "block",
                                                    "block_iopoll",
                                                    "tasklet",
                                                    "sched",
                                                    "hrtimer",
                                                    "rcu"};

// The first number is the sum.
void add_softirqs(std::string_view numbers, SampleSet& out) {
  static_cast<void>(take_word(numbers));
  for (const std::string_view vector : kVectors) {
    if (const std::optional<std::uint64_t> calls = parse_u64(take_word(numbers))) {
      out.add(kSoftirqs, out.add_labels({{"vector", vector}}), static_cast<double>(*calls));
    }
  }
}

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
  const std::array<std::optional<std::uint64_t>, kSoftirqs> values{stat.interrupts,
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
  if (softirqs_) {
    add_softirqs(stat.softirqs, out);
  }
  return Ok{};
}

}  // namespace supercargo
