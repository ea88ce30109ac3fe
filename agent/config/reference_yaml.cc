#include "agent/config/fields.h"
#include "agent/config/reference.h"
#include "agent/config/yaml_writer.h"

namespace supercargo {

using config::Comments;

std::string commented_default_config() {
  std::string out =
      "# Supercargo: all keys with their defaults. CONFIG.md has the same with more words;\n"
      "# `supercargo check --config FILE` names every mistake with its place.\n";
  AgentConfig defaults;
  config::write_yaml(config::kRootTable, &defaults, 0, Comments::kDescriptions, out);
  return out;
}

std::string effective_config_yaml(const AgentConfig& config) {
  std::string out;
  AgentConfig copy = config;  // slots are not const
  config::write_yaml(config::kRootTable, &copy, 0, Comments::kNone, out);
  return out;
}

}  // namespace supercargo
