// Renders samples as Prometheus text 0.0.4 or OpenMetrics 1.0.
//
// A short-lived value beside the string that it appends to; one thread. This is the hot path of a
// scrape: one pass over a family's samples, no allocation or string per sample. Both formats carry
// the same sample names and values. A family without samples leaves no trace.
// Format: https://github.com/prometheus/docs, exposition_formats.md and open_metrics_spec.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <prometheus/metric_family.h>

#include "agent/base/metric_desc.h"
#include "agent/base/sample_set.h"

namespace supercargo {

enum class ExpositionFormat : std::uint8_t { kText, kOpenMetrics };

class TextWriter {
 public:
  TextWriter(std::string& out, ExpositionFormat format) : out_(out), format_(format) {}

  // What follows belongs to this family, until the next one. All samples of a family must be added
  // between two calls. Requires: `desc` outlives them.
  void begin_family(const MetricDesc& desc);

  // Adds the samples of one family of `set` to the begun family.
  void add(const SampleSet& set, std::size_t family);

  // A whole family of prometheus-cpp: counter, gauge or untyped. Other types are left out, since
  // SelfMetrics makes none.
  void write(const prometheus::MetricFamily& family);

  // Ends the exposition: OpenMetrics' `# EOF`. Nothing may follow.
  void finish();

 private:
  void write_header();

  std::string& out_;
  const ExpositionFormat format_;
  MetricDesc family_{};
  bool header_written_ = false;
  std::string scratch_;
};

// Writes the shortest text that reads back as the same number; whole numbers below 2^53 without
// exponent. Requires: kMaxNumberLength writable bytes. Returns the end.
inline constexpr std::size_t kMaxNumberLength = 32;
[[nodiscard]] char* write_number(char* to, double value) noexcept;

}  // namespace supercargo
