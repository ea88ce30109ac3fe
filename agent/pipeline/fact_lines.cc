#include "agent/pipeline/fact_lines.h"

#include <simdjson.h>

#include "agent/base/json_writer.h"

namespace supercargo {
namespace {

namespace dom = simdjson::dom;
using simdjson::SUCCESS;

bool take_text(const dom::element& object, std::string_view key, std::string& out) {
  std::string_view text;
  const simdjson::error_code code = object[key].get_string().get(text);
  out = text;
  return code == SUCCESS || code == simdjson::NO_SUCH_FIELD;
}

bool take_labels(const dom::element& object, std::map<std::string, std::string>& out) {
  dom::object labels;
  const simdjson::error_code code = object["pod_labels"].get_object().get(labels);
  if (code != SUCCESS) {
    return code == simdjson::NO_SUCH_FIELD;
  }
  for (const dom::key_value_pair label : labels) {
    std::string_view value;
    if (label.value.get_string().get(value) != SUCCESS) {
      return false;
    }
    out.insert_or_assign(std::string(label.key), std::string(value));
  }
  return true;
}

void put_text(JsonWriter& json, std::string_view key, const std::string& text) {
  if (!text.empty()) {
    json.member(key, std::string_view(text));
  }
}

}  // namespace

std::string fact_name(const ContainerInfo& container) {
  return container.pod_uid + "/" + container.container + "/" + std::to_string(container.restart);
}

void append_fact_line(std::string& out, const std::string& name, const FactVersion& version) {
  const ContainerFacts& facts = version.facts;
  JsonWriter json(out);
  json.begin_object();
  json.member("name", std::string_view(name));
  json.member("since_ns", version.since_ns);
  put_text(json, "container_id", facts.container_id);
  put_text(json, "image", facts.image);
  put_text(json, "workload_kind", facts.workload_kind);
  put_text(json, "workload", facts.workload);
  if (!facts.pod_labels.empty()) {
    json.key("pod_labels");
    json.begin_object();
    for (const auto& [key, value] : facts.pod_labels) {
      json.member(key, std::string_view(value));
    }
    json.end_object();
  }
  json.end_object();
  out += '\n';
}

std::optional<FactLine> parse_fact_line(std::string_view line) {
  dom::parser parser;
  dom::element document;
  FactLine made;
  ContainerFacts& facts = made.version.facts;
  const bool good =
      parser.parse(simdjson::padded_string(line)).get(document) == SUCCESS &&
      document.is_object() && take_text(document, "name", made.name) && !made.name.empty() &&
      document["since_ns"].get_int64().get(made.version.since_ns) == SUCCESS &&
      take_text(document, "container_id", facts.container_id) &&
      take_text(document, "image", facts.image) &&
      take_text(document, "workload_kind", facts.workload_kind) &&
      take_text(document, "workload", facts.workload) && take_labels(document, facts.pod_labels);
  return good ? std::optional(std::move(made)) : std::nullopt;
}

}  // namespace supercargo
