#include "exporters/prometheus/text_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

namespace supercargo {
namespace {

constexpr std::string_view kTotal = "_total";
constexpr std::size_t kPiece = 16 << 10;               // stays in the first cache
constexpr std::size_t kDrainAt = 64 << 10;             // and this in the second
constexpr double kExactIntegers = 9007199254740992.0;  // 2^53

char* copy(char* to, std::string_view text) noexcept {
  if (!text.empty()) {  // which may have no data() at all
    std::memcpy(to, text.data(), text.size());
  }
  return to + text.size();
}

// Whether the label block of a sample has its braces (and may begin with a suffix of the name).
enum class Braces : bool { kMissing, kThere };

// `name{labels} value` and a line end.
char* write_sample(
    char* to, std::string_view name, std::string_view labels, Braces braces, double value) {
  to = copy(to, name);
  if (braces == Braces::kThere || labels.empty()) {
    to = copy(to, labels);
  } else {
    *to++ = '{';
    to = copy(to, labels);
    *to++ = '}';
  }
  *to++ = ' ';
  to = write_number(to, value);
  *to++ = '\n';
  return to;
}

constexpr std::size_t max_sample_length(std::string_view name, std::size_t labels_length) {
  return name.size() + labels_length + kMaxNumberLength + std::string_view("{} \n").size();
}

bool is_counter_of_openmetrics(const MetricDesc& desc) {
  return desc.kind == MetricKind::kCounter && desc.name.ends_with(kTotal);
}

// A sample of an OpenMetrics counter must end in _total, its family must not.
std::string_view family_name(const MetricDesc& desc, ExpositionFormat format) {
  std::string_view name = desc.name;
  if (format == ExpositionFormat::kOpenMetrics && is_counter_of_openmetrics(desc)) {
    name.remove_suffix(kTotal.size());
  }
  return name;
}

std::string_view type_name(const MetricDesc& desc, ExpositionFormat format) {
  const bool openmetrics = format == ExpositionFormat::kOpenMetrics;
  switch (desc.kind) {
    case MetricKind::kCounter:
      return openmetrics && !is_counter_of_openmetrics(desc) ? "unknown" : "counter";
    case MetricKind::kGauge:
      return "gauge";
    case MetricKind::kHistogram:
      return "histogram";
    case MetricKind::kSummary:
      return "summary";
    case MetricKind::kUntyped:
      break;
  }
  return openmetrics ? "unknown" : "untyped";
}

// Text 0.0.4 knows \\ and \n in HELP, OpenMetrics also \".
void append_help(std::string& out, std::string_view help, ExpositionFormat format) {
  for (const char c : help) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || (c == '"' && format == ExpositionFormat::kOpenMetrics)) {
      out += '\\';
    }
    out += c;
  }
}

}  // namespace

char* write_number(char* to, double value) noexcept {
  if (std::isnan(value)) {
    return copy(to, "NaN");
  }
  if (std::isinf(value)) {
    return copy(to, value > 0 ? "+Inf" : "-Inf");
  }
  char* const end = to + kMaxNumberLength;
  if (std::fabs(value) < kExactIntegers && value == std::trunc(value)) {
    return std::to_chars(to, end, static_cast<std::int64_t>(value)).ptr;
  }
  return std::to_chars(to, end, value).ptr;
}

void TextWriter::begin_family(const MetricDesc& desc) {
  family_ = desc;
  header_written_ = false;
}

void TextWriter::write_header() {
  if (header_written_) {
    return;
  }
  header_written_ = true;
  const std::string_view name = family_name(family_, format_);
  if (!family_.help.empty()) {
    out_.append("# HELP ").append(name).append(" ");
    append_help(out_, family_.help, format_);
    out_ += '\n';
  }
  out_.append("# TYPE ").append(name).append(" ").append(type_name(family_, format_)).append("\n");
}

void TextWriter::append(std::string_view text) {
  out_ += text;
  if (drain_ && out_.size() >= kDrainAt) {
    drain_(out_);
  }
}

// Without the piece: for a sample that may be longer than one.
void TextWriter::append_sample(std::string_view name, std::string_view labels, double value) {
  const Braces braces = has_suffixes(family_.kind) ? Braces::kThere : Braces::kMissing;
  const std::size_t begin = out_.size();
  out_.resize(begin + max_sample_length(name, labels.size()));
  const char* const end = write_sample(out_.data() + begin, name, labels, braces, value);
  out_.resize(static_cast<std::size_t>(end - out_.data()));
}

// Written to a piece on the stack first: growing the text would fill it with zeros before.
void TextWriter::add(const SampleSet& set, std::size_t family, const std::vector<bool>* kept) {
  const auto samples = set.samples(family);
  const auto is_kept = [kept](const SampleSet::Sample& sample) {
    return kept == nullptr || (*kept)[sample.labels];
  };
  if (std::none_of(samples.begin(), samples.end(), is_kept)) {
    return;
  }
  write_header();
  const Braces braces = has_suffixes(family_.kind) ? Braces::kThere : Braces::kMissing;
  std::array<char, kPiece> piece;  // NOLINT(cppcoreguidelines-pro-type-member-init): 16 KiB
  char* const end = piece.data() + piece.size();
  char* to = piece.data();
  for (const SampleSet::Sample& sample : samples) {
    if (!is_kept(sample)) {
      continue;
    }
    const std::string_view labels = set.label_text(sample.labels);
    const std::size_t needed = max_sample_length(family_.name, labels.size());
    if (static_cast<std::size_t>(end - to) < needed) {
      append({piece.data(), static_cast<std::size_t>(to - piece.data())});
      to = piece.data();
    }
    if (needed > piece.size()) {
      append_sample(family_.name, labels, sample.value);
    } else {
      to = write_sample(to, family_.name, labels, braces, sample.value);
    }
  }
  append({piece.data(), static_cast<std::size_t>(to - piece.data())});
}

void TextWriter::write(const prometheus::MetricFamily& family, const Keeps& keeps) {
  const bool counter = family.type == prometheus::MetricType::Counter;
  const bool gauge = family.type == prometheus::MetricType::Gauge;
  if ((!counter && !gauge && family.type != prometheus::MetricType::Untyped) ||
      family.metric.empty()) {
    return;
  }
  const MetricKind kind = counter ? MetricKind::kCounter
                          : gauge ? MetricKind::kGauge
                                  : MetricKind::kUntyped;
  begin_family({family.name, family.help, kind});
  for (const prometheus::ClientMetric& metric : family.metric) {
    scratch_.clear();
    for (const auto& label : metric.label) {
      append_label(scratch_, label.name, label.value);
    }
    if (keeps && !keeps(scratch_)) {
      continue;
    }
    write_header();
    const double value = counter ? metric.counter.value
                         : gauge ? metric.gauge.value
                                 : metric.untyped.value;
    append_sample(family.name, scratch_, value);
  }
}

void TextWriter::finish() {
  if (format_ == ExpositionFormat::kOpenMetrics) {
    out_ += "# EOF\n";
  }
}

}  // namespace supercargo
