#include "collectors/node/pressure.h"

#include <limits>

#include "agent/base/text.h"

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

std::optional<std::uint64_t> total_of(std::string_view line) {
  for (;;) {
    const std::string_view word = take_word(line);
    if (word.starts_with("total=")) {
      return parse_u64(word.substr(6));
    }
    if (word.empty()) {
      return std::nullopt;
    }
  }
}

void add_total(SampleSet& out, std::size_t family, std::optional<std::uint64_t> microseconds) {
  if (family != kNone && microseconds) {
    out.add(family, SampleSet::kNoLabels, static_cast<double>(*microseconds) / 1e6);
  }
}

}  // namespace

// some avg10=0.00 avg60=0.12 avg300=0.05 total=14120872
// full avg10=0.00 avg60=0.00 avg300=0.00 total=0
Result<PressureTotals> parse_pressure(std::string_view text) {
  PressureTotals out;
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    const std::string_view kind = take_word(line);
    if (kind == "some") {
      out.some = total_of(line);
    } else if (kind == "full") {
      out.full = total_of(line);
    }
  }
  if (!out.some && !out.full) {
    return Error{ErrorCode::kParse, "pressure: no line \"some|full ... total=<number>\""};
  }
  return out;
}

PressureCollector::PressureCollector(const std::string& directory)
    : files_{KernelFile(directory + "/cpu"),
             KernelFile(directory + "/io"),
             KernelFile(directory + "/memory"),
             KernelFile(directory + "/irq")} {}

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
