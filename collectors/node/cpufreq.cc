#include "collectors/node/cpufreq.h"

#include <array>

#include "agent/base/clock.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 1> kLabels{"cpu"};

constexpr MetricDesc family(std::string_view name, std::string_view help) {
  return {name, help, MetricKind::kGauge, kLabels};
}

constexpr std::array<MetricDesc, 6> kFamilies{{
    family("node_cpu_frequency_hertz", "Current cpu thread frequency in hertz."),
    family("node_cpu_frequency_min_hertz", "Minimum cpu thread frequency in hertz."),
    family("node_cpu_frequency_max_hertz", "Maximum cpu thread frequency in hertz."),
    family("node_cpu_scaling_frequency_hertz", "Current scaled CPU thread frequency in hertz."),
    family("node_cpu_scaling_frequency_min_hertz", "Minimum scaled CPU thread frequency in hertz."),
    family("node_cpu_scaling_frequency_max_hertz", "Maximum scaled CPU thread frequency in hertz."),
}};

constexpr double kHertzPerKilohertz = 1000;
constexpr std::array<NumberAttribute, kFamilies.size()> kFiles{{
    {"cpuinfo_cur_freq", 1 / kHertzPerKilohertz},
    {"cpuinfo_min_freq", 1 / kHertzPerKilohertz},
    {"cpuinfo_max_freq", 1 / kHertzPerKilohertz},
    {"scaling_cur_freq", 1 / kHertzPerKilohertz},
    {"scaling_min_freq", 1 / kHertzPerKilohertz},
    {"scaling_max_freq", 1 / kHertzPerKilohertz},
}};

bool has_samples(const SampleSet& set) {
  for (std::size_t family = 0; family < kFamilies.size(); ++family) {
    if (!set.samples(family).empty()) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::span<const MetricDesc> CpufreqCollector::families() const noexcept {
  return kFamilies;
}

Status CpufreqCollector::collect(SampleSet& out) {
  if (passes_to_skip_ > 0) {
    --passes_to_skip_;
    return Ok{};
  }
  const SteadyTime end = steady_now() + budget_;
  for (const std::string& cpu : list_numbered(cpus_, "cpu")) {
    if (steady_now() >= end) {
      return Error{ErrorCode::kUnavailable, "the kernel takes too long for " + cpu + " and others"};
    }
    const auto labels = out.add_labels({{"cpu", std::string_view(cpu).substr(3)}});
    add_numbers(reader_, cpus_ + "/" + cpu + "/cpufreq", kFiles, 0, labels, out);
  }
  passes_to_skip_ = has_samples(out) ? 0 : kPassesSkipped;
  return Ok{};
}

}  // namespace supercargo
