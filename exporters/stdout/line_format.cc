#include "exporters/stdout/line_format.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "agent/base/json_writer.h"

namespace supercargo {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;

// Exactly `digits` digits, with zeros in front.
void append_padded(std::string& out, std::uint64_t number, std::size_t digits) {
  std::array<char, 20> text{};
  for (std::size_t i = digits; i > 0; --i) {
    text.at(i - 1) = static_cast<char>('0' + number % 10);
    number /= 10;
  }
  out.append(text.data(), digits);
}

void append_date(std::string& out, std::int64_t days) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  append_padded(out, static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.day()), 2);
}

void append_clock(std::string& out, std::uint64_t second_of_day) {
  append_padded(out, second_of_day / 3600, 2);
  out += ':';
  append_padded(out, second_of_day / 60 % 60, 2);
  out += ':';
  append_padded(out, second_of_day % 60, 2);
}

std::string text_origin(const Batch& batch) {
  const ContainerInfo& info = batch.container;
  std::string out = " ";
  for (const std::string& part : {info.pod_namespace, info.pod, info.container}) {
    if (!part.empty()) {
      out.append(out.size() > 1 ? "/" : "").append(part);
    }
  }
  out.append(out.size() > 1 ? " " : "- ").append(stream_name(batch.stream)).append(" ");
  return out;
}

// The members between the time and the line, the same for all records of a batch.
std::string json_origin(const Batch& batch) {
  const ContainerInfo& info = batch.container;
  std::string out;
  JsonWriter json(out);
  json.member("namespace", std::string_view(info.pod_namespace));
  json.member("pod", std::string_view(info.pod));
  json.member("container", std::string_view(info.container));
  json.member("stream", stream_name(batch.stream));
  json.member("node", std::string_view(info.node));
  if (!info.source.empty()) {
    json.member("source", std::string_view(info.source));
  }
  return out;
}

void append_fields(std::string& out, std::string_view line, ParsedFields& parsed) {
  const auto found = parsed.fields.find(line);
  if (found.empty()) {
    return;
  }
  out += R"(,"fields":{)";
  bool first = true;
  for (const LineField& field : found) {
    out += first ? "\"" : ",\"";
    append_json_escaped(out, parsed.names[field.which]);
    out += field.is_number ? "\":" : "\":\"";
    if (field.is_number) {
      out += field.text;
    } else {
      append_json_escaped(out, field.text);
      out += '"';
    }
    first = false;
  }
  out += '}';
}

}  // namespace

// std::int64_t nanoseconds reach from 1677 to 2262, so the year has four digits always.
void append_rfc3339_nano(std::string& out, std::int64_t time_ns) {
  std::int64_t whole = time_ns / kNanosPerSecond;
  std::int64_t nanos = time_ns % kNanosPerSecond;
  if (nanos < 0) {
    nanos += kNanosPerSecond;
    --whole;
  }
  std::int64_t days = whole / kSecondsPerDay;
  std::int64_t second_of_day = whole % kSecondsPerDay;
  if (second_of_day < 0) {
    second_of_day += kSecondsPerDay;
    --days;
  }
  append_date(out, days);
  out += 'T';
  append_clock(out, static_cast<std::uint64_t>(second_of_day));
  out += '.';
  append_padded(out, static_cast<std::uint64_t>(nanos), 9);
  out += 'Z';
}

void append_lines(std::string& out, LineStyle style, const Batch& batch, ParsedFields& fields) {
  const bool json = style == LineStyle::kJson;
  const std::string origin = json ? json_origin(batch) : text_origin(batch);
  for (const Record& record : batch.records) {
    out += json ? R"({"time":")" : "";
    append_rfc3339_nano(out, record.time_ns);
    if (json) {
      out.append("\",").append(origin);
      if (fields.fields.wanted()) {
        append_fields(out, record.text, fields);
      }
      out += R"(,"line":")";
      append_json_escaped(out, record.text);
      out += "\"}\n";
    } else {
      out.append(origin).append(record.text).append("\n");
    }
  }
}

}  // namespace supercargo
