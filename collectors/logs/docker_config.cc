#include "collectors/logs/docker_config.h"

#include <array>
#include <string>
#include <utility>

#include <simdjson.h>

namespace supercargo {
namespace {

std::string_view text_of(simdjson::simdjson_result<simdjson::dom::element> element) {
  std::string_view text;
  return element.get(text) == simdjson::SUCCESS ? text : std::string_view{};
}

}  // namespace

void read_docker_config(std::string_view json, ContainerInfo& container) {
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  if (parser.parse(simdjson::padded_string(json)).get(document) != simdjson::SUCCESS) {
    return;
  }
  std::string_view name = text_of(document["Name"]);
  if (name.starts_with('/')) {
    name.remove_prefix(1);
  }
  if (!name.empty()) {
    container.container = name;
  }
  const std::array<std::pair<std::string_view, std::string ContainerInfo::*>, 4> labels = {{
      {"io.kubernetes.pod.namespace", &ContainerInfo::pod_namespace},
      {"io.kubernetes.pod.name", &ContainerInfo::pod},
      {"io.kubernetes.pod.uid", &ContainerInfo::pod_uid},
      {"io.kubernetes.container.name", &ContainerInfo::container},
  }};
  for (const auto& [label, member] : labels) {
    const std::string_view value = text_of(document["Config"]["Labels"][label]);
    if (!value.empty()) {
      container.*member = value;
    }
  }
}

}  // namespace supercargo
