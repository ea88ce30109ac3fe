// The samples of one pass as text, `name{labels} value` a line, for comparing with text in a test.
//
// Families come in the order of the table, late ones after them, samples in the order in which they
// were added. A value has as many digits as it needs, and no exponent below 2^53.
#pragma once

#include <charconv>
#include <cmath>
#include <string>
#include <vector>

#include "agent/base/collector.h"
#include "agent/base/sample_set.h"

namespace supercargo::test {

inline std::string render_value(double value) {
  std::string out(400, '\0');
  const bool is_plain = std::abs(value) < 9007199254740992.0;
  const auto end =
      is_plain ? std::to_chars(out.data(), out.data() + out.size(), value, std::chars_format::fixed)
               : std::to_chars(out.data(), out.data() + out.size(), value);
  out.resize(static_cast<std::size_t>(end.ptr - out.data()));
  return out;
}

inline std::string render_samples(const SampleSet& set) {
  std::vector<MetricDesc> families(set.families().begin(), set.families().end());
  families.insert(families.end(), set.late_families().begin(), set.late_families().end());
  std::string out;
  for (std::size_t family = 0; family < families.size(); ++family) {
    for (const SampleSet::Sample& sample : set.samples(family)) {
      out += families[family].name;
      const std::string_view labels = set.label_text(sample.labels);
      if (has_suffixes(families[family].kind)) {
        out += labels;
      } else if (!labels.empty()) {
        out.append("{").append(labels).append("}");
      }
      out.append(" ").append(render_value(sample.value)).append("\n");
    }
  }
  return out;
}

// One pass of `collector`: its samples, and after them a line "error: ..." when it failed.
inline std::string render_pass(Collector& collector) {
  SampleSet set(collector.families());
  const Status status = collector.collect(set);
  std::string out = render_samples(set);
  if (!status) {
    out.append("error: ").append(status.error().message).append("\n");
  }
  return out;
}

}  // namespace supercargo::test
