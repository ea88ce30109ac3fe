// Writes the struct that a table describes as YAML. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

#include "agent/config/field.h"

namespace supercargo::config {

// `text` as a YAML scalar: plain where that reads back as the same text, else quoted.
[[nodiscard]] std::string yaml_scalar(std::string_view text);

enum class Comments { kNone, kDescriptions };

// Appends the mapping's lines, each indented by `indent` blanks. Secrets are written as "***".
void write_yaml(
    const Table& table, void* object, std::size_t indent, Comments comments, std::string& out);

// Appends `text` in lines of at most 100 characters, each beginning with `prefix`.
void append_wrapped(std::string_view text, std::string_view prefix, std::string& out);

}  // namespace supercargo::config
