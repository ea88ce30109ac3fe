// Lays out compact JSON for readers of a file. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace supercargo::config {

// One member or item a line, two blanks a level; empty objects and arrays stay together. Ends in a
// line end. Requires: valid JSON without blanks between its parts.
[[nodiscard]] std::string indent_json(std::string_view compact);

}  // namespace supercargo::config
