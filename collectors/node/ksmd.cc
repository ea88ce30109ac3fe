#include "collectors/node/ksmd.h"

#include <array>

namespace supercargo {
namespace {

constexpr std::array<MetricDesc, 9> kFamilies{{
    {"node_ksmd_full_scans_total", "ksmd 'full_scans' file.", MetricKind::kCounter},
    {"node_ksmd_merge_across_nodes", "ksmd 'merge_across_nodes' file.", MetricKind::kGauge},
    {"node_ksmd_pages_shared", "ksmd 'pages_shared' file.", MetricKind::kGauge},
    {"node_ksmd_pages_sharing", "ksmd 'pages_sharing' file.", MetricKind::kGauge},
    {"node_ksmd_pages_to_scan", "ksmd 'pages_to_scan' file.", MetricKind::kGauge},
    {"node_ksmd_pages_unshared", "ksmd 'pages_unshared' file.", MetricKind::kGauge},
    {"node_ksmd_pages_volatile", "ksmd 'pages_volatile' file.", MetricKind::kGauge},
    {"node_ksmd_run", "ksmd 'run' file.", MetricKind::kGauge},
    {"node_ksmd_sleep_seconds", "ksmd 'sleep_millisecs' file.", MetricKind::kGauge},
}};

// In the order of the families.
constexpr std::array<NumberAttribute, kFamilies.size()> kFiles{{
    {"full_scans"},
    {"merge_across_nodes"},
    {"pages_shared"},
    {"pages_sharing"},
    {"pages_to_scan"},
    {"pages_unshared"},
    {"pages_volatile"},
    {"run"},
    {"sleep_millisecs", 1000},
}};

}  // namespace

std::span<const MetricDesc> KsmdCollector::families() const noexcept {
  return kFamilies;
}

Status KsmdCollector::collect(SampleSet& out) {
  if (!reader_.number(directory_, "run")) {
    return Error{ErrorCode::kUnavailable, "this kernel has no samepage merging"};
  }
  add_numbers(reader_, directory_, kFiles, 0, SampleSet::kNoLabels, out);
  return Ok{};
}

}  // namespace supercargo
