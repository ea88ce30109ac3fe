#include "agent/config/load.h"

#include <utility>

#include "agent/config/document.h"
#include "agent/config/fields.h"
#include "agent/config/reader.h"
#include "agent/config/site.h"
#include "agent/config/yaml.h"

namespace supercargo {
namespace {

using config::Findings;
using config::YamlNode;

std::string below(std::string_view root, std::string_view name) {
  std::string path(root.substr(0, root.find_last_not_of('/') + 1));
  return path.append("/").append(name);
}

void fill(std::string& member, std::string value) {
  if (member.empty()) {
    member = std::move(value);
  }
}

std::map<std::string, std::string> places_of_start_keys(std::string_view file_name,
                                                        const YamlNode& root) {
  std::map<std::string, std::string> places;
  const auto note = [&](const std::string& key, const YamlNode* node) {
    if (node != nullptr) {
      places[key] = config::place_text(file_name, node->place);
    }
  };
  note("data_dir", root.find("data_dir"));
  const YamlNode* http = root.find("http");
  note("http.listen", http == nullptr ? nullptr : http->find("listen"));
  const YamlNode* metrics = root.find("metrics");
  const YamlNode* node = metrics == nullptr ? nullptr : metrics->find("node");
  for (const std::string_view key : {"enabled_collectors", "disabled_collectors"}) {
    note(std::string("metrics.node.").append(key), node == nullptr ? nullptr : node->find(key));
  }
  return places;
}

std::string default_source_path(LogSourceConfig::Type type) {
  switch (type) {
    case LogSourceConfig::Type::kKubernetes:
      return "/var/log/pods";
    case LogSourceConfig::Type::kDocker:
      return "/var/lib/docker/containers";
    case LogSourceConfig::Type::kFiles:
      return {};
  }
  return {};
}

LogSourceConfig source_of(LogSourceConfig::Type type) {
  LogSourceConfig source;
  source.type = type;
  return source;
}

}  // namespace

ConfigResult load_config(const std::string& path) {
  ConfigResult result;
  const Result<std::string> text = config::read_document(path);
  if (!text) {
    result.errors.push_back(text.error().message);
    return result;
  }
  return parse_config(*text, path, process_environment());
}

ConfigResult parse_config(std::string_view text,
                          std::string_view file_name,
                          const EnvironmentLookup& environment) {
  ConfigResult result;
  const config::YamlDocument document = config::parse_yaml(text);
  if (document.problem) {
    result.errors.push_back(config::problem_text(file_name, *document.problem));
    return result;
  }
  LoadedConfig loaded;
  Findings findings;
  config::Reader reader(environment, findings);
  reader.read_mapping(config::kRootTable, &loaded.config, document.root, "");
  if (!findings.errors.empty()) {
    result.errors = config::problem_texts(file_name, std::move(findings.errors));
    return result;
  }
  loaded.warnings = config::problem_texts(file_name, std::move(findings.warnings));
  loaded.places = places_of_start_keys(file_name, document.root);
  result.loaded = std::move(loaded);
  return result;
}

std::string with_place(const std::map<std::string, std::string>& places,
                       const std::string& message) {
  const auto place = places.find(message.substr(0, message.find(':')));
  return place == places.end() ? message : place->second + ": " + message;
}

void apply_defaults(AgentConfig& config, std::string_view host_name) {
  fill(config.node_name, std::string(host_name));
  fill(config.host.proc, below(config.host_root, "proc"));
  fill(config.host.sys, below(config.host_root, "sys"));
  fill(config.host.log, below(config.host_root, "var/log"));
  fill(config.host.run, below(config.host_root, "run"));
  if (config.logs.sources.empty()) {
    config.logs.sources = {source_of(LogSourceConfig::Type::kKubernetes),
                           source_of(LogSourceConfig::Type::kDocker)};
  }
  for (LogSourceConfig& source : config.logs.sources) {
    fill(source.path, default_source_path(source.type));
  }
}

}  // namespace supercargo
