#include "tests/support/loki_counters.h"

#include "agent/base/json_writer.h"

namespace supercargo::test {
namespace {

void write_pairs(JsonWriter& json, std::string_view key, const LabelPairs& pairs) {
  json.key(key);
  json.begin_object();
  for (const auto& [name, value] : pairs) {
    json.member(name, std::string_view(value));
  }
  json.end_object();
}

template <class Map>
void write_numbers(JsonWriter& json, std::string_view key, const Map& numbers) {
  json.key(key);
  json.begin_object();
  for (const auto& [name, number] : numbers) {
    json.member(std::string_view(name), number);
  }
  json.end_object();
}

void write_refused(JsonWriter& json, const LokiCounters& counters) {
  json.key("refused");
  json.begin_object();
  for (const auto& [tenant, reasons] : counters.refused) {
    write_numbers(json, tenant, reasons);
  }
  json.end_object();
}

}  // namespace

void count(LokiCounters& counters, const PushVerdict& verdict) {
  counters.refused_lines += verdict.refused.size();
  counters.duplicate_lines += verdict.duplicates;
  counters.repeated += verdict.repeated;
  counters.stored_lines += verdict.stored.size();
  for (const LokiLine& line : verdict.stored) {
    counters.stored_bytes += line.line.size();
    ++counters.stored[line.tenant];
  }
  for (const RefusedLokiLine& refused : verdict.refused) {
    ++counters.refused[refused.line.tenant][std::string(refused.reason)];
  }
}

void append_json(std::string& out, const LokiLine& line, std::string_view reason) {
  JsonWriter json(out);
  json.begin_object();
  json.member("time_ns", line.time_ns);
  json.member("received_ns", line.received_ns);
  json.member("tenant", std::string_view(line.tenant));
  json.member("request", line.request);
  write_pairs(json, "labels", line.labels);
  write_pairs(json, "metadata", line.metadata);
  json.member("line", std::string_view(line.line));
  if (!reason.empty()) {
    json.member("reason", reason);
  }
  json.end_object();
  out += '\n';
}

void append_json(std::string& out, const LokiCounters& counters, std::uint64_t connections) {
  std::map<std::string, std::uint64_t> answers;
  for (const auto& [status, count] : counters.answers) {
    answers[std::to_string(status)] = count;
  }
  JsonWriter json(out);
  json.begin_object();
  json.member("requests", counters.requests);
  json.member("connections", connections);
  json.member("streams", counters.streams);
  json.member("body_bytes", counters.body_bytes);
  json.member("stored_lines", counters.stored_lines);
  json.member("stored_bytes", counters.stored_bytes);
  json.member("refused_lines", counters.refused_lines);
  json.member("duplicate_lines", counters.duplicate_lines);
  json.member("repeated", counters.repeated);
  json.member("lost_silently", counters.lost_silently);
  write_numbers(json, "answers", answers);
  write_numbers(json, "stored", counters.stored);
  write_refused(json, counters);
  json.end_object();
  out += '\n';
}

}  // namespace supercargo::test
