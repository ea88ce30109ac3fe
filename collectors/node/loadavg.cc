#include "collectors/node/loadavg.h"

#include <cmath>

#include "agent/base/text.h"

namespace supercargo {
namespace {

constexpr std::array<MetricDesc, 3> kFamilies{{
    {"node_load1", "1m load average.", MetricKind::kGauge},
    {"node_load5", "5m load average.", MetricKind::kGauge},
    {"node_load15", "15m load average.", MetricKind::kGauge},
}};

}  // namespace

// 0.44 0.33 0.17 2/156 11352
Result<LoadAverages> parse_loadavg(std::string_view text) {
  std::string_view line = take_until(text, '\n');
  LoadAverages out{};
  for (double& load : out) {
    const std::optional<double> value = parse_number<double>(take_word(line));
    if (!value || !std::isfinite(*value)) {
      return Error{ErrorCode::kParse, "loadavg: expected three numbers"};
    }
    load = *value;
  }
  return out;
}

std::span<const MetricDesc> LoadavgCollector::families() const noexcept {
  return kFamilies;
}

Status LoadavgCollector::collect(SampleSet& out) {
  Result<std::string_view> text = file_.read();
  if (!text) {
    return std::move(text).error();
  }
  Result<LoadAverages> loads = parse_loadavg(*text);
  if (!loads) {
    return std::move(loads).error();
  }
  for (std::size_t i = 0; i < loads->size(); ++i) {
    out.add(i, SampleSet::kNoLabels, (*loads)[i]);
  }
  return Ok{};
}

}  // namespace supercargo
