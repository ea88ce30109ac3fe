// One sample line of Prometheus' text format: `name{label="value"} 1.5`.
//
// Pure functions and values, any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace supercargo {

[[nodiscard]] bool is_metric_name(std::string_view text);

struct TextLine {
  std::string_view name;  // of the text
  std::map<std::string, std::string> labels;
  double value = 0;
};

// Replaces `out`. What is wrong with the line, or nothing. Requires: no blanks around it.
[[nodiscard]] std::string_view parse_text_line(std::string_view line, TextLine& out);

}  // namespace supercargo
