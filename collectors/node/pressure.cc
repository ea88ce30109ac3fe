#include "collectors/node/pressure.h"

#include <limits>

#include "agent/base/pressure.h"

namespace supercargo {
namespace {

constexpr std::array<MetricDesc, 6> kFamilies{{
    {"node_pressure_cpu_waiting_seconds_total",
     "Total time in seconds that processes have waited for CPU time",
     MetricKind::kCounter},
    {"node_pressure_io_waiting_seconds_total",
     "Total time in seconds that processes have waited due to IO congestion",
     MetricKind::kCounter},
    {"node_pressure_io_stalled_seconds_total",
     "Total time in seconds no process could make progress due to IO congestion",
     MetricKind::kCounter},
    {"node_pressure_memory_waiting_seconds_total",
     "Total time in seconds that processes have waited for memory",
     MetricKind::kCounter},
    {"node_pressure_memory_stalled_seconds_total",
     "Total time in seconds no process could make progress due to memory congestion",
     MetricKind::kCounter},
    {"node_pressure_irq_stalled_seconds_total",
     "Total time in seconds no process could make progress due to IRQ congestion",
     MetricKind::kCounter},
}};

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

// Which families the two totals of each file go to, in the order of files_: a node's cpu "full" is
// always 0 and node_exporter leaves it out.
struct Row {
  std::size_t some;
  std::size_t full;
};

constexpr std::array<Row, 4> kRows{{{0, kNone}, {1, 2}, {3, 4}, {kNone, 5}}};

void add_total(SampleSet& out, std::size_t family, std::optional<std::uint64_t> microseconds) {
  if (family != kNone && microseconds) {
    out.add(family, SampleSet::kNoLabels, static_cast<double>(*microseconds) / 1e6);
  }
}

}  // namespace

PressureCollector::PressureCollector(const std::string& directory)
    : files_{KernelFile(directory + "/cpu", FileEnd::kLess),
             KernelFile(directory + "/io", FileEnd::kLess),
             KernelFile(directory + "/memory", FileEnd::kLess),
             KernelFile(directory + "/irq", FileEnd::kLess)} {}

std::span<const MetricDesc> PressureCollector::families() const noexcept {
  return kFamilies;
}

Status PressureCollector::collect(SampleSet& out) {
  Status status = Ok{};
  for (std::size_t i = 0; i < files_.size(); ++i) {
    Result<std::string_view> text = files_[i].read();
    if (!text) {
      if (kRows[i].some != kNone && status) {  // irq is an option of its own, and younger
        status = missing_is_unavailable(std::move(text).error());
      }
      continue;
    }
    Result<PressureTotals> totals = parse_pressure(*text);
    if (!totals) {
      status = std::move(totals).error();
      continue;
    }
    add_total(out, kRows[i].some, totals->some);
    add_total(out, kRows[i].full, totals->full);
  }
  return status;
}

}  // namespace supercargo
