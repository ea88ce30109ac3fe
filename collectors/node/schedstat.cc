#include "collectors/node/schedstat.h"

#include <array>

#include "agent/base/text.h"

namespace supercargo {
namespace {

enum Family : std::size_t { kRunning, kWaiting, kTimeslices };

constexpr std::array<std::string_view, 1> kLabels{"cpu"};
constexpr std::array<MetricDesc, 3> kFamilies{{
    {"node_schedstat_running_seconds_total",
     "Number of seconds CPU spent running a process.",
     MetricKind::kCounter,
     kLabels},
    {"node_schedstat_waiting_seconds_total",
     "Number of seconds spent by processing waiting for this CPU.",
     MetricKind::kCounter,
     kLabels},
    {"node_schedstat_timeslices_total",
     "Number of timeslices executed by CPU.",
     MetricKind::kCounter,
     kLabels},
}};

constexpr std::size_t kNumbers = 9;
constexpr double kNanoseconds = 1e9;

}  // namespace

// version 15
// timestamp 15819019232
// cpu0 498494191 0 3533438552 2553969831 3853684107 2465731542 2045936778163039 343796328169361 47
// domain0 00000000,00000003 212499247 210112015 1861015 ...
void parse_schedstat(std::string_view text, std::vector<SchedstatCpu>& out) {
  out.clear();
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    const std::string_view name = take_word(line);
    if (!name.starts_with("cpu") || name.size() == 3) {
      continue;
    }
    std::array<std::optional<std::uint64_t>, kNumbers> numbers;
    for (std::optional<std::uint64_t>& number : numbers) {
      number = parse_u64(take_word(line));
    }
    if (parse_u64(name.substr(3)) && numbers[6] && numbers[7] && numbers[8]) {
      out.push_back({name.substr(3), *numbers[6], *numbers[7], *numbers[8]});
    }
  }
}

std::span<const MetricDesc> SchedstatCollector::families() const noexcept {
  return kFamilies;
}

Status SchedstatCollector::collect(SampleSet& out) {
  Result<std::string_view> text = file_.read();
  if (!text) {
    return missing_is_unavailable(std::move(text).error());
  }
  parse_schedstat(*text, cpus_);
  for (const SchedstatCpu& cpu : cpus_) {
    const auto labels = out.add_labels({{"cpu", cpu.cpu}});
    out.add(kRunning, labels, static_cast<double>(cpu.running_ns) / kNanoseconds);
    out.add(kWaiting, labels, static_cast<double>(cpu.waiting_ns) / kNanoseconds);
    out.add(kTimeslices, labels, static_cast<double>(cpu.timeslices));
  }
  return Ok{};
}

}  // namespace supercargo
