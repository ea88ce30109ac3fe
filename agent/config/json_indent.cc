#include "agent/config/json_indent.h"

#include <algorithm>

namespace supercargo::config {
namespace {

// The length of the string that begins at text[0], with both quotes.
std::size_t string_length(std::string_view text) {
  std::size_t at = 1;
  while (at < text.size() && text[at] != '"') {
    at += std::size_t{text[at] == '\\' ? 2U : 1U};
  }
  return std::min(at + 1, text.size());
}

void new_line(std::string& out, std::size_t level) {
  out += '\n';
  out.append(2 * level, ' ');
}

bool opens(char c) {
  return c == '{' || c == '[';
}

bool closes(char c) {
  return c == '}' || c == ']';
}

}  // namespace

std::string indent_json(std::string_view compact) {
  std::string out;
  std::size_t level = 0;
  while (!compact.empty()) {
    const char c = compact.front();
    const std::size_t length = c == '"' ? string_length(compact) : 1;
    if (closes(c)) {
      --level;
      const bool is_empty = !out.empty() && opens(out.back());
      if (!is_empty) {
        new_line(out, level);
      }
    }
    out += compact.substr(0, length);
    compact.remove_prefix(length);
    const bool next_closes = !compact.empty() && closes(compact.front());
    if (opens(c)) {
      ++level;
    }
    if (c == ',' || (opens(c) && !next_closes)) {
      new_line(out, level);
    } else if (c == ':') {
      out += ' ';
    }
  }
  return out += '\n';
}

}  // namespace supercargo::config
