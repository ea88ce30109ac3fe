#include "agent/config/web_config.h"

#include <utility>

#include "agent/config/document.h"
#include "agent/config/fields.h"
#include "agent/config/reader.h"
#include "agent/config/yaml.h"

namespace supercargo {
namespace {

constexpr std::string_view kTlsKey = "tls_server_config";

void make_absolute(std::string& file, const std::string& beside) {
  if (!file.empty() && file.front() != '/') {
    const std::size_t slash = beside.rfind('/');
    file.insert(0, slash == std::string::npos ? std::string() : beside.substr(0, slash + 1));
  }
}

std::map<std::string, std::string> places_of_tls(const std::string& path,
                                                 const config::YamlNode& root) {
  std::map<std::string, std::string> places;
  const config::YamlNode* const tls = root.find(kTlsKey);
  for (std::size_t i = 0; tls != nullptr && i < tls->keys.size(); ++i) {
    places[std::string(kTlsKey) += "." + tls->keys[i].text] =
        config::place_text(path, tls->items[i].place);
  }
  return places;
}

}  // namespace

WebConfigResult load_web_config(const std::string& path) {
  const Result<std::string> text = config::read_document(path);
  if (!text) {
    return {.loaded = std::nullopt, .errors = {text.error().message}};
  }
  return parse_web_config(*text, path);
}

WebConfigResult parse_web_config(std::string_view text, const std::string& path) {
  WebConfigResult result;
  const config::YamlDocument document = config::parse_yaml(text);
  if (document.problem) {
    result.errors.push_back(config::problem_text(path, *document.problem));
    return result;
  }
  LoadedWebConfig loaded;
  config::Findings findings;
  const EnvironmentLookup environment = process_environment();
  config::Reader reader(environment, findings);
  reader.read_mapping(config::kWebTable, &loaded.config, document.root, "");
  if (!findings.errors.empty()) {
    result.errors = config::problem_texts(path, std::move(findings.errors));
    return result;
  }
  make_absolute(loaded.config.tls.cert_file, path);
  make_absolute(loaded.config.tls.key_file, path);
  make_absolute(loaded.config.tls.client_ca_file, path);
  loaded.places = places_of_tls(path, document.root);
  result.loaded = std::move(loaded);
  return result;
}

}  // namespace supercargo
