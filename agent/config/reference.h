// Everything the agent prints about its configuration, made from the field tables. Pure, any
// thread; same text on each call.
#pragma once

#include <string>

#include "agent/config/agent_config.h"

namespace supercargo {

// CONFIG.md.
[[nodiscard]] std::string config_reference_markdown();

// A JSON schema (draft-07, which Helm reads), also the chart's.
[[nodiscard]] std::string config_json_schema();

// A configuration file with every key at its default and its description above it.
[[nodiscard]] std::string commented_default_config();

// What is in effect, as YAML with all keys that parses back to the same. Secrets are `***`.
[[nodiscard]] std::string effective_config_yaml(const AgentConfig& config);

}  // namespace supercargo
