#include "agent/pipeline/logfmt.h"

#include <algorithm>

namespace supercargo {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Where the value that began with a quote before `at` ends: its closing quote, or the text's end.
std::size_t closing_quote(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] != '"') {
    at += text[at] == '\\' ? 2U : 1U;
  }
  return std::min(at, text.size());
}

LogfmtPair take_value(std::string_view& rest) {
  LogfmtPair pair;
  pair.quoted = rest.starts_with('"');
  const std::size_t begin = pair.quoted ? 1 : 0;
  const auto word = std::find_if(rest.begin(), rest.end(), is_space) - rest.begin();
  const std::size_t end = pair.quoted ? closing_quote(rest, begin) : static_cast<std::size_t>(word);
  pair.value = rest.substr(begin, end - begin);
  rest.remove_prefix(std::min(end + begin, rest.size()));
  return pair;
}

}  // namespace

std::optional<LogfmtPair> next_logfmt_pair(std::string_view& rest) {
  while (!rest.empty()) {
    std::size_t end = 0;
    while (end < rest.size() && !is_space(rest[end]) && rest[end] != '=' && rest[end] != '"') {
      ++end;
    }
    const std::string_view key = rest.substr(0, end);
    const bool is_key = !key.empty() && end < rest.size() && rest[end] == '=';
    if (is_key) {
      rest.remove_prefix(end + 1);
      LogfmtPair pair = take_value(rest);
      pair.key = key;
      return pair;
    }
    // Over a quoted text as a whole: what looks like pairs in it is none.
    const bool quote = end < rest.size() && rest[end] == '"';
    end = quote ? closing_quote(rest, end + 1) : end;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return std::nullopt;
}

void append_logfmt_unescaped(std::string& out, std::string_view value) {
  for (std::size_t at = 0; at < value.size(); ++at) {
    const bool escape = value[at] == '\\' && at + 1 < value.size() && value[at + 1] != 'u';
    if (!escape) {
      out += value[at];
      continue;
    }
    const char c = value[++at];
    out += c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
  }
}

}  // namespace supercargo
