#include "tests/support/loki_distributor.h"

#include <algorithm>

#include <fmt/format.h>

#include "tests/support/loki_push.pb.h"
#include "tests/support/loki_texts.h"

namespace supercargo::test {
namespace {

LabelPairs pairs_of(const google::protobuf::RepeatedPtrField<loki::LabelPair>& fields) {
  LabelPairs pairs;
  for (const loki::LabelPair& field : fields) {
    pairs.emplace_back(field.name(), field.value());
  }
  return pairs;
}

bool stands_before(const LabelPairs& labels, std::size_t count, const std::string& name) {
  const auto same = [&name](const auto& other) { return other.first == name; };
  const auto end = labels.begin() + static_cast<std::ptrdiff_t>(count);
  return std::any_of(labels.begin(), end, same);
}

}  // namespace

LokiDistributor::LokiDistributor(const LokiLimits& limits,
                                 const std::string& tenant,
                                 std::int64_t now_ns)
    : limits_(limits), tenant_(tenant), now_ns_(now_ns) {}

LokiLine LokiDistributor::line_of(const loki::Entry& entry, const std::string& sent) const {
  LokiLine line;
  line.tenant = tenant_;
  line.selector = sent;
  line.metadata = pairs_of(entry.structured_metadata());
  line.time_ns = entry.timestamp().seconds() * kNanosecondsPerSecond + entry.timestamp().nanos();
  line.line = entry.line();
  return line;
}

void LokiDistributor::refuse_stream(std::vector<LokiLine> lines, const Error& error) {
  for (LokiLine& line : lines) {
    refused.push_back({std::move(line), error.reason});
  }
}

void LokiDistributor::check(const loki::Stream& stream, const LabelPairs& labels) {
  if (stream.entries().empty()) {
    return;
  }
  const LabelPairs known =
      limits_.discover_service_name != 0 ? discover_service_name(labels) : labels;
  LokiStreamPush push{labels_text(known), {}};
  std::vector<LokiLine> lines;
  for (const loki::Entry& entry : stream.entries()) {
    lines.push_back(line_of(entry, stream.labels()));
    lines.back().labels = labels;
  }
  if (const Error error = check_labels(labels, known); !error.text.empty()) {
    ++errors_[error.text];
    return refuse_stream(std::move(lines), error);
  }
  if (const auto until = static_cast<std::int64_t>(limits_.blocked_until_s) * kNanosecondsPerSecond;
      now_ns_ < until) {
    blocked_ = fmt::format("ingestion blocked for user '{}' until '{}' with status code '{}'",
                           tenant_,
                           go_rfc3339(until),
                           limits_.blocked_status);
    return refuse_stream(std::move(lines), {"blocked_ingestion", {}});
  }
  for (LokiLine& line : lines) {
    if (const Error error = check_entry(line, push.selector); !error.text.empty()) {
      ++errors_[error.text];
      refused.push_back({std::move(line), error.reason});
    } else {
      push.lines.push_back(std::move(line));
    }
  }
  if (!push.lines.empty()) {
    valid.push_back(std::move(push));
  }
}

// A service_name is not counted, whoever added it, but must not be too long either.
LokiDistributor::Error LokiDistributor::check_labels(const LabelPairs& sent,
                                                     const LabelPairs& known) const {
  if (sent.empty()) {
    return {"missing_labels", "error at least one label pair is required per stream"};
  }
  LabelPairs labels = known;
  std::sort(labels.begin(), labels.end());
  const std::string selector = labels_text(labels);
  const auto count = static_cast<std::size_t>(std::ranges::count_if(
      labels, [](const auto& label) { return label.first != "service_name"; }));
  if (count > limits_.max_labels) {
    return {"max_label_names_per_series",
            fmt::format("entry for stream '{}' has {} label names; limit {}",
                        selector,
                        count,
                        limits_.max_labels)};
  }
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto& [name, value] = labels[i];
    if (name.size() > limits_.max_label_name_bytes) {
      return {"label_name_too_long",
              fmt::format("stream '{}' has label name too long: '{}'", selector, name)};
    }
    if (value.size() > limits_.max_label_value_bytes) {
      return {"label_value_too_long",
              fmt::format("stream '{}' has label value too long: '{}'", selector, value)};
    }
    if (stands_before(labels, i, name)) {
      return {"duplicate_label_names",
              fmt::format("stream '{}' has duplicate label name: '{}'", selector, name)};
    }
  }
  return {};
}

LokiDistributor::Error LokiDistributor::check_entry(const LokiLine& line,
                                                    const std::string& selector) const {
  const auto age = static_cast<std::int64_t>(limits_.max_age_s) * kNanosecondsPerSecond;
  const auto future = static_cast<std::int64_t>(limits_.max_future_s) * kNanosecondsPerSecond;
  if (line.time_ns < now_ns_ - age) {
    return {"greater_than_max_sample_age",
            fmt::format("entry for stream '{}' has timestamp too old: {}, oldest acceptable "
                        "timestamp is: {}",
                        selector,
                        go_rfc3339(line.time_ns),
                        go_rfc3339(now_ns_ - age))};
  }
  if (line.time_ns > now_ns_ + future) {
    return {
        "too_far_in_future",
        fmt::format(
            "entry for stream '{}' has timestamp too new: {}", selector, go_rfc3339(line.time_ns))};
  }
  if (limits_.max_line_bytes != 0 && line.line.size() > limits_.max_line_bytes) {
    return {"line_too_long",
            fmt::format("max entry size '{}' bytes exceeded for stream '{}' while adding an entry "
                        "with length '{}' bytes",
                        limits_.max_line_bytes,
                        selector,
                        line.line.size())};
  }
  return line.metadata.empty() ? Error{} : check_metadata(line, selector);
}

LokiDistributor::Error LokiDistributor::check_metadata(const LokiLine& line,
                                                       const std::string& selector) const {
  const std::uint64_t bytes = byte_count(line) - line.line.size();
  if (limits_.allow_metadata == 0) {
    return {"disallowed_structured_metadata",
            fmt::format("stream '{}' includes structured metadata, but this feature is disallowed. "
                        "Please see `limits_config.allow_structured_metadata` or contact your Loki "
                        "administrator to enable it",
                        selector)};
  }
  if (limits_.max_metadata_bytes != 0 && bytes > limits_.max_metadata_bytes) {
    return {"structured_metadata_too_large",
            fmt::format("stream '{}' has structured metadata too large: '{}' bytes, limit: '{}' "
                        "bytes. Please see `limits_config.max_structured_metadata_size` or contact "
                        "your Loki administrator to increase it",
                        selector,
                        bytes,
                        limits_.max_metadata_bytes)};
  }
  if (limits_.max_metadata_entries != 0 && line.metadata.size() > limits_.max_metadata_entries) {
    return {"structured_metadata_too_many",
            fmt::format("stream '{}' has too many structured metadata labels: '{}', limit: '{}'. "
                        "Please see `limits_config.max_structured_metadata_entries_count` or "
                        "contact your Loki administrator to increase it",
                        selector,
                        line.metadata.size(),
                        limits_.max_metadata_entries)};
  }
  return {};
}

int LokiDistributor::status() const {
  if (!errors_.empty()) {
    return 400;
  }
  return blocked_.empty() ? 204 : static_cast<int>(limits_.blocked_status);
}

std::string LokiDistributor::text() const {
  std::string text;
  for (const auto& [error, count] : errors_) {
    text += text.empty() ? "" : "; ";
    if (errors_.size() > 1 || count > 1) {
      text += fmt::format("{} errors like: ", count);
    }
    text += error;
  }
  return errors_.empty() ? blocked_ : text;
}

}  // namespace supercargo::test
