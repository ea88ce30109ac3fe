// What one metric family is: the constexpr tables of these drive the code, METRICS.md and the
// checks of dashboards.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace supercargo {

// The samples of a histogram or a summary have suffixes to the family's name: only late families of
// a SampleSet are of these kinds.
enum class MetricKind : std::uint8_t { kCounter, kGauge, kUntyped, kHistogram, kSummary };

[[nodiscard]] constexpr bool has_suffixes(MetricKind kind) {
  return kind == MetricKind::kHistogram || kind == MetricKind::kSummary;
}

struct MetricDesc {
  std::string_view name;  // the full sample name, with _total where the original has it
  std::string_view help;  // one line of plain ASCII
  MetricKind kind;
  std::span<const std::string_view>
      labels{};  // names of the labels that each sample carries, in output order
  // What is read for it, as METRICS.md names it; empty: what its collector reads for all.
  std::string_view source{};
};

}  // namespace supercargo
