#include "agent/config/load.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <tuple>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "agent/base/fd.h"
#include "agent/config/fields.h"
#include "agent/config/reader.h"
#include "agent/config/site.h"
#include "agent/config/yaml.h"

namespace supercargo {
namespace {

using config::Findings;
using config::Place;
using config::Problem;
using config::YamlNode;

// A file with more errors than this is probably not a configuration.
constexpr std::size_t kMaxMessages = 100;

std::string place_text(std::string_view file_name, const Place& place) {
  std::string text(file_name);
  text.append(":").append(std::to_string(place.line));
  return text.append(":").append(std::to_string(place.column));
}

std::string message(std::string_view file_name, const Problem& problem) {
  return place_text(file_name, problem.place).append(": ").append(problem.text);
}

std::vector<std::string> messages(std::string_view file_name, std::vector<Problem> problems) {
  const auto in_file_order = [](const Problem& a, const Problem& b) {
    return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
  };
  std::stable_sort(problems.begin(), problems.end(), in_file_order);
  std::vector<std::string> texts;
  const std::size_t shown = std::min(problems.size(), kMaxMessages);
  for (std::size_t i = 0; i < shown; ++i) {
    texts.push_back(message(file_name, problems[i]));
  }
  if (shown < problems.size()) {
    texts.push_back(
        message(file_name,
                {problems[shown].place,
                 "and " + std::to_string(problems.size() - shown) + " more after these"}));
  }
  return texts;
}

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
      places[key] = place_text(file_name, node->place);
    }
  };
  note("data_dir", root.find("data_dir"));
  const YamlNode* http = root.find("http");
  note("http.listen", http == nullptr ? nullptr : http->find("listen"));
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

// Also from a pipe, such as /dev/stdin, which has no offsets.
Status read_stream(int fd, std::string& out) {
  std::array<char, 16 << 10> buffer{};
  for (;;) {
    const ssize_t count = ::read(fd, buffer.data(), buffer.size());
    if (count < 0 && errno != EINTR) {
      return errno_error("read", errno);
    }
    if (count == 0) {
      return Ok{};
    }
    out.append(buffer.data(), count < 0 ? 0 : static_cast<std::size_t>(count));
    if (out.size() > config::kMaxYamlBytes) {
      return Error{ErrorCode::kConfig, "it is larger than 1 MiB"};
    }
  }
}

}  // namespace

ConfigResult load_config(const std::string& path) {
  ConfigResult result;
  std::string text;
  Status read = Ok{};
  auto file = open_at(AT_FDCWD, path.c_str(), O_RDONLY);
  if (file) {
    read = read_stream(file->get(), text);
  }
  if (!file || !read) {
    const std::string why = file ? read.error().message : file.error().message;
    result.errors.push_back(path + ":1:1: cannot read the file: " + why);
    return result;
  }
  return parse_config(text, path, process_environment());
}

ConfigResult parse_config(std::string_view text,
                          std::string_view file_name,
                          const EnvironmentLookup& environment) {
  ConfigResult result;
  const config::YamlDocument document = config::parse_yaml(text);
  if (document.problem) {
    result.errors.push_back(message(file_name, *document.problem));
    return result;
  }
  LoadedConfig loaded;
  Findings findings;
  config::Reader reader(environment, findings);
  reader.read_mapping(config::kRootTable, &loaded.config, document.root, "");
  if (!findings.errors.empty()) {
    result.errors = messages(file_name, std::move(findings.errors));
    return result;
  }
  loaded.warnings = messages(file_name, std::move(findings.warnings));
  loaded.places = places_of_start_keys(file_name, document.root);
  result.loaded = std::move(loaded);
  return result;
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
