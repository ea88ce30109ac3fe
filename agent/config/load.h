// From a configuration file to an AgentConfig, or to everything that is wrong with it.
//
// Called on the main thread at start and on each reload. Bad input never throws or crashes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/result.h"
#include "agent/config/agent_config.h"
#include "agent/config/environment.h"

namespace supercargo {

struct LoadedConfig {
  AgentConfig config;
  std::vector<std::string> warnings;  // odd but usable, each with its place
  // "FILE:LINE:COLUMN" of keys whose values only others can prove wrong, as far as the file has
  // them: "data_dir", "http.listen", lists of the node's collectors.
  std::map<std::string, std::string> places;
};

struct ConfigResult {
  std::optional<LoadedConfig> loaded;
  // Without `loaded` all errors, in the order of the file: "FILE:LINE:COLUMN: path: what is wrong".
  std::vector<std::string> errors;

  explicit operator bool() const { return loaded.has_value(); }
};

// Reads the file (at most 1 MiB) with the environment of this process.
[[nodiscard]] ConfigResult load_config(const std::string& path);

// `file_name` only stands in the messages. An empty document gives the defaults.
[[nodiscard]] ConfigResult parse_config(std::string_view text,
                                        std::string_view file_name,
                                        const EnvironmentLookup& environment);

// An error of a key begins with its name: its place in front, when it has one.
[[nodiscard]] std::string with_place(const std::map<std::string, std::string>& places,
                                     const std::string& message);

// Fills in what follows from other values: the node's name, host.* below host_root, the paths of
// sources, and the sources themselves where none is named. Used on a loaded configuration and on
// AgentConfig{} when there is no file.
void apply_defaults(AgentConfig& config, std::string_view host_name);

}  // namespace supercargo
