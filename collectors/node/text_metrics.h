// Metrics in Prometheus' text format 0.0.4, as scripts write them for the textfile collector.
//
// Pure functions and values, any thread. As strict as Prometheus' own reader, because half a file
// is worse than none: it refuses a text whose last line has no end, an unknown type, a bad escape.
// Format: https://prometheus.io/docs/instrumenting/exposition_formats/.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/metric_desc.h"
#include "agent/base/result.h"

namespace supercargo {

struct TextSample {
  std::string labels;  // a label block for SampleSet, labels sorted by name
  double value;
};

struct TextFamily {
  std::string name;
  std::optional<std::string> help;
  MetricKind kind = MetricKind::kUntyped;
  std::vector<TextSample> samples;
};

// The families in the order in which the text begins them. kParse names the first bad line; a time
// stamp is one, too, since the samples would go stale unseen.
[[nodiscard]] Result<std::vector<TextFamily>> parse_text_metrics(std::string_view text);

}  // namespace supercargo
