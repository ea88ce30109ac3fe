#include "exporters/gelf/gelf_encoder.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "agent/base/json_writer.h"
#include "exporters/gelf/gelf_cut.h"
#include "exporters/gelf/gelf_text.h"

namespace supercargo {
namespace {

constexpr std::size_t kMaxHeads = 1024;
constexpr std::string_view kIdKey = ",\"_supercargo_id\":\"";

void append_text_field(std::string& out, std::string_view key, std::string_view value) {
  if (value.empty()) {
    return;
  }
  out += ",\"";
  out += key;
  out += "\":\"";
  append_json_escaped(out, value);
  out += '"';
}

void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 20> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  out.append(buffer.data(), end);
}

std::string_view host_of(const std::string& configured, const ContainerInfo& container) {
  const std::string& host = configured.empty() ? container.node : configured;
  return is_blank_text(host) ? std::string_view("unknown") : std::string_view(host);
}

}  // namespace

GelfEncoder::GelfEncoder(Options options, const GelfCounters& counters)
    : options_(std::move(options)),
      counters_(counters),
      facts_(options_.facts),
      fields_(options_.parse, options_.static_fields, options_.max_message_bytes / 4) {}

std::string GelfEncoder::render_head(const Batch& batch, const ContainerFacts& facts) const {
  const ContainerInfo& container = batch.container;
  std::string head = "{\"version\":\"1.1\",\"host\":\"";
  append_json_escaped(head, host_of(options_.host, container));
  head += '"';
  append_text_field(head, "_namespace", container.pod_namespace);
  append_text_field(head, "_pod", container.pod);
  append_text_field(head, "_container", container.container);
  append_text_field(head, "_stream", stream_name(batch.stream));
  append_text_field(head, "_pod_uid", container.pod_uid);
  const std::string& id = container.container_id;
  append_text_field(head, "_container_id", id.empty() ? facts.container_id : id);
  if (container.source.empty()) {
    head += ",\"_restart\":";
    append_number(head, container.restart);
  }
  append_text_field(head, "_supercargo_source", container.source);
  append_text_field(head, "_cluster", options_.place.cluster());
  append_text_field(head, "_environment", options_.place.environment_of(container.pod_namespace));
  append_text_field(head, "_image", facts.image);
  append_text_field(head, "_workload_kind", facts.workload_kind);
  append_text_field(head, "_workload", facts.workload);
  head += options_.static_fields;
  head += kIdKey;
  return head;
}

const std::string& GelfEncoder::head_of(const Batch& batch) {
  if (heads_.size() >= kMaxHeads && !heads_.contains(batch.container_key)) {
    heads_.clear();
  }
  const FactHistory& history = facts_.of(batch);
  Heads& heads = heads_[batch.container_key];
  if (heads.versions != history.versions.size()) {
    heads = Heads{{}, history.versions.size()};
  }
  std::string& head = heads.of_stream.at(static_cast<std::size_t>(batch.stream));
  if (head.empty()) {
    head = render_head(batch, history.versions.back().facts);
  }
  return head;
}

void GelfEncoder::append(const Batch& batch, std::string& out) {
  prefix_ = head_of(batch);
  append_json_escaped(prefix_, batch.id_prefix);
  prefix_ += '/';
  const LineLevel fallback =
      batch.stream == Stream::kStderr ? options_.stderr_level : LineLevel::kInfo;
  const std::uint64_t unparsed = fields_.unparsed();
  for (const Record& record : batch.records) {
    const std::size_t start = out.size();
    append_record(record, fallback, out);
    if (out.size() - start > options_.max_message_bytes &&
        cut_gelf_message(out, start, options_.max_message_bytes)) {
      counters_.truncated.Increment();
    }
    out += '\0';
  }
  counters_.unparsed.Increment(static_cast<double>(fields_.unparsed() - unparsed));
}

// The level is never left out: Graylog would take 1 (alert) for it.
void GelfEncoder::append_record(const Record& record, LineLevel fallback, std::string& out) {
  scratch_.clear();
  append_number(scratch_, record.offset);
  scratch_ += "\",\"level\":";
  scratch_ += static_cast<char>('0' + static_cast<int>(line_level(record.text).value_or(fallback)));
  if (fields_.wanted()) {
    fields_.append(scratch_, record.text);
  }
  scratch_ += ",\"timestamp\":";
  append_gelf_seconds(scratch_, record.time_ns);
  scratch_ += kShortMessageKey;
  out += prefix_;
  out += scratch_;
  append_text(record.text, out);
  out += "\"}";
}

void GelfEncoder::append_text(std::string_view text, std::string& out) {
  // Of ASCII, whether char is signed (x86) or not (arm64): wide spaces begin with a byte above.
  const bool begins = !text.empty() && text.front() > ' ' && text.front() < '\x7F';
  const bool plain = begins && text.find('\n') == std::string_view::npos;
  if (plain) {
    append_json_escaped(out, text);
    return;
  }
  const std::string_view line = summary_line(text);
  if (line.empty()) {
    counters_.blank.Increment();
    out += '-';
    return;
  }
  append_json_escaped(out, line);
  if (text.find('\n') != std::string_view::npos) {
    out += kFullMessageKey;
    append_json_escaped(out, text);
  }
}

Result<std::string> render_static_fields(const std::map<std::string, std::string>& fields) {
  std::string out;
  std::set<std::string, std::less<>> names;
  for (const auto& [name, value] : fields) {
    const std::string legal = gelf_field_name(name);
    if (is_taken_gelf_field(legal) || legal.starts_with("_gl2_")) {
      return Error{ErrorCode::kConfig,
                   "static_fields: the name \"" + name + "\" is taken; choose another"};
    }
    if (!names.insert(legal).second) {
      std::string message = "static_fields: \"";
      message += name;
      message += "\" and another name both become \"";
      message += legal;
      return Error{ErrorCode::kConfig, message += '"'};
    }
    append_text_field(out, legal, value);
  }
  return out;
}

}  // namespace supercargo
