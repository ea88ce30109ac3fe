// The file of a FactMemory: a version of a container's facts as a line of JSON.
//
// Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/pipeline/fact_memory.h"

namespace supercargo {

struct FactLine {
  std::string name;  // fact_name() of the container
  FactVersion version;
};

// "<pod uid>/<container>/<restart>": the same in every life of the agent.
[[nodiscard]] std::string fact_name(const ContainerInfo& container);

// Appends the line with its end.
void append_fact_line(std::string& out, const std::string& name, const FactVersion& version);

// Nothing for text that is no such line, as a torn one is.
[[nodiscard]] std::optional<FactLine> parse_fact_line(std::string_view line);

}  // namespace supercargo
