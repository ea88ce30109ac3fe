// Renders samples as Prometheus text 0.0.4 or OpenMetrics 1.0.
//
// A short-lived value beside the string that it appends to; one thread. This is the hot path of a
// scrape: one pass over a family's samples, no allocation or string per sample. Both formats carry
// the same sample names and values. A family without samples leaves no trace.
// Format: https://github.com/prometheus/docs, exposition_formats.md and open_metrics_spec.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>

#include "agent/base/metric_desc.h"
#include "agent/base/sample_set.h"

namespace supercargo {

enum class ExpositionFormat : std::uint8_t { kText, kOpenMetrics };

class TextWriter {
 public:
  // Takes what `out` holds away (and clears it) whenever that is much, so that megabytes of text
  // need not be there at the same time. What is left after finish() is the caller's to take.
  using Drain = std::function<void(std::string& out)>;

  TextWriter(std::string& out, ExpositionFormat format, Drain drain = nullptr)
      : out_(out), format_(format), drain_(std::move(drain)) {}

  // What follows belongs to this family, until the next one. All samples of a family must be added
  // between two calls. Requires: `desc` outlives them.
  void begin_family(const MetricDesc& desc);

  // Adds the samples of one family of `set` to the begun family: of those label blocks for which
  // `kept` is true, or of all.
  void add(const SampleSet& set, std::size_t family, const std::vector<bool>* kept = nullptr);

  // A whole family of prometheus-cpp: counter, gauge or untyped. Other types are left out, since
  // SelfMetrics makes none. `keeps` as above, by rendered labels.
  using Keeps = std::function<bool(std::string_view labels)>;
  void write(const prometheus::MetricFamily& family, const Keeps& keeps = nullptr);

  // Ends the exposition: OpenMetrics' `# EOF`. Nothing may follow.
  void finish();

 private:
  void write_header();
  void append(std::string_view text);
  void append_sample(std::string_view name, std::string_view labels, double value);

  std::string& out_;
  const ExpositionFormat format_;
  const Drain drain_;
  MetricDesc family_{};
  bool header_written_ = false;
  std::string scratch_;
};

// Writes the shortest text that reads back as the same number; whole numbers below 2^53 without
// exponent. Requires: kMaxNumberLength writable bytes. Returns the end.
inline constexpr std::size_t kMaxNumberLength = 32;
[[nodiscard]] char* write_number(char* to, double value) noexcept;

}  // namespace supercargo
