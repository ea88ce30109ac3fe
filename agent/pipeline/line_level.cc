#include "agent/pipeline/line_level.h"

#include <algorithm>
#include <array>
#include <utility>

namespace supercargo {
namespace {

using enum LineLevel;
using Named = std::pair<std::string_view, LineLevel>;

constexpr std::array kWords{
    Named{"info", kInfo},         Named{"error", kError},     Named{"warn", kWarning},
    Named{"warning", kWarning},   Named{"debug", kDebug},     Named{"trace", kDebug},
    Named{"fatal", kCritical},    Named{"err", kError},       Named{"notice", kNotice},
    Named{"critical", kCritical}, Named{"crit", kCritical},   Named{"panic", kCritical},
    Named{"information", kInfo},  Named{"inf", kInfo},        Named{"severe", kError},
    Named{"fail", kError},        Named{"wrn", kWarning},     Named{"dbg", kDebug},
    Named{"dbug", kDebug},        Named{"trce", kDebug},      Named{"verbose", kDebug},
    Named{"alert", kAlert},       Named{"emerg", kEmergency}, Named{"emergency", kEmergency},
    Named{"ftl", kCritical},      Named{"dpanic", kCritical},
};
constexpr std::size_t kShortestWord = 3;
constexpr std::size_t kLongestWord = 11;

constexpr std::array<std::string_view, 6> kKeys{
    "level", "severity", "lvl", "loglevel", "levelname", "log.level"};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool equal_lower(std::string_view text, std::string_view lower_text) {
  return text.size() == lower_text.size() &&
         std::equal(text.begin(), text.end(), lower_text.begin(), [](char a, char b) {
           return lower(a) == b;
         });
}

bool is_level_key(std::string_view key) {
  if (key.size() < 3 || key.size() > 9) {
    return false;
  }
  return std::any_of(kKeys.begin(), kKeys.end(), [key](std::string_view known) {
    return equal_lower(key, known);
  });
}

// Of a value that is a number: 3, 30.
std::optional<LineLevel> level_of_number(std::string_view text) {
  if (text.size() == 1 && text[0] >= '0' && text[0] <= '7') {
    return static_cast<LineLevel>(text[0] - '0');
  }
  constexpr std::array kTens{kDebug, kDebug, kInfo, kWarning, kError, kCritical};
  const bool tens = text.size() == 2 && text[0] >= '1' && text[0] <= '6' && is_digit(text[1]);
  return tens ? std::optional(kTens[static_cast<std::size_t>(text[0] - '1')]) : std::nullopt;
}

std::optional<LineLevel> level_of_value(std::string_view value) {
  return !value.empty() && is_digit(value[0]) ? level_of_number(value) : level_of_word(value);
}

// The text up to a byte that ends a bare value.
std::string_view bare_value(std::string_view text) {
  return text.substr(0, text.find_first_of(" ,}\t\r\n"));
}

// Where the string that begins behind `at` ends: its closing quote, or the text's end.
std::size_t closing_quote(std::string_view text, std::size_t at) {
  for (at = text.find('"', at); at != std::string_view::npos; at = text.find('"', at + 1)) {
    std::size_t backslashes = 0;
    while (text[at - backslashes - 1] == '\\') {
      ++backslashes;
    }
    if (backslashes % 2 == 0) {
      return at;
    }
  }
  return text.size();
}

// The value at the start of `text`, of JSON or logfmt.
std::optional<LineLevel> level_of_quoted_or_bare(std::string_view text) {
  if (text.starts_with('"')) {
    return level_of_value(text.substr(1, closing_quote(text, 1) - 1));
  }
  return level_of_value(bare_value(text));
}

// Members of the outermost object alone: a logged object may have a level of its own.
std::optional<LineLevel> json_level(std::string_view text) {
  int depth = 0;
  for (std::size_t at = 0; (at = text.find_first_of("\"{}[]", at)) < text.size(); ++at) {
    if (text[at] != '"') {
      depth += text[at] == '{' || text[at] == '[' ? 1 : -1;
      continue;
    }
    const std::size_t end = closing_quote(text, at + 1);
    const std::string_view key = text.substr(at + 1, end - at - 1);
    std::size_t value = std::min(text.size(), end + 1);
    value = std::min(text.find_first_not_of(' ', value), text.size());
    at = end;
    if (depth == 1 && value < text.size() && text[value] == ':' && is_level_key(key)) {
      value = std::min(text.find_first_not_of(' ', value + 1), text.size());
      return level_of_quoted_or_bare(text.substr(value));
    }
  }
  return std::nullopt;
}

// "I1122 15:04:05": a letter, month and day, a blank.
std::optional<LineLevel> klog_level(std::string_view text) {
  const bool shape = text.size() > 6 && text[5] == ' ' &&
                     std::all_of(text.begin() + 1, text.begin() + 5, is_digit);
  if (!shape) {
    return std::nullopt;
  }
  switch (text[0]) {
    case 'I':
      return kInfo;
    case 'W':
      return kWarning;
    case 'E':
      return kError;
    case 'F':
      return kCritical;
    default:
      return std::nullopt;
  }
}

// "<13>": facility and level in one number.
std::optional<LineLevel> syslog_level(std::string_view text) {
  const std::size_t end = text.substr(0, 5).find('>');
  if (end == std::string_view::npos || end < 2 ||
      !std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(end), is_digit)) {
    return std::nullopt;
  }
  return static_cast<LineLevel>((text[end - 1] - '0' + (end > 2 ? (text[end - 2] - '0') * 10 : 0) +
                                 (end > 3 ? (text[end - 3] - '0') * 100 : 0)) %
                                8);
}

// The end of a terminal's colour sequence ("\x1b[31m") that begins at `at`.
std::size_t skip_colour(std::string_view text, std::size_t at) {
  while (at < text.size() && !is_letter(text[at])) {
    ++at;
  }
  return at;
}

// Before the first plain word (one with a small letter, outside of brackets).
std::optional<LineLevel> head_level(std::string_view text) {
  int brackets = 0;
  for (std::size_t at = 0; at < text.size() && text[at] != '\n'; ++at) {
    const char c = text[at];
    if (c == '\x1B') {
      at = skip_colour(text, at);
    } else if (c == '[' || c == '(' || c == '<' || c == '|') {
      ++brackets;
    } else if (c == ']' || c == ')' || c == '>') {
      brackets = 0;
    }
    if (!is_letter(c)) {
      continue;
    }
    std::size_t end = at + 1;
    bool capitals = c <= 'Z';
    for (; end < text.size() && (is_letter(text[end]) || text[end] == '_'); ++end) {
      capitals = capitals && text[end] <= 'Z';
    }
    const bool whole =
        (at == 0 || !is_digit(text[at - 1])) && (end == text.size() || !is_digit(text[end]));
    const bool named = at == 0 && end < text.size() && text[end] == ':';
    if (whole && (capitals || brackets > 0 || named)) {
      if (const auto level = level_of_word(text.substr(at, end - at))) {
        return level;
      }
    }
    if (!capitals && brackets == 0) {
      return std::nullopt;
    }
    at = end - 1;
  }
  return std::nullopt;
}

std::optional<LineLevel> logfmt_level(std::string_view text) {
  for (std::size_t at = text.find('='); at != std::string_view::npos; at = text.find('=', at + 1)) {
    std::size_t begin = at;
    while (begin > 0 && (is_letter(text[begin - 1]) || text[begin - 1] == '.')) {
      --begin;
    }
    const bool own = begin == 0 || text[begin - 1] == ' ' || text[begin - 1] == '\t';
    if (own && is_level_key(text.substr(begin, at - begin))) {
      return level_of_quoted_or_bare(text.substr(at + 1));
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<LineLevel> level_of_word(std::string_view word) {
  if (word.size() < kShortestWord || word.size() > kLongestWord) {
    return std::nullopt;
  }
  for (const auto& [name, level] : kWords) {
    if (name[0] == lower(word[0]) && equal_lower(word, name)) {
      return level;
    }
  }
  return std::nullopt;
}

std::optional<LineLevel> line_level(std::string_view line) {
  const std::string_view text = line.substr(0, kLevelWindow);
  if (text.empty()) {
    return std::nullopt;
  }
  std::optional<LineLevel> level;
  if (text[0] == '{') {
    return json_level(text);
  }
  if (text[0] >= 'E' && text[0] <= 'W') {
    level = klog_level(text);
  } else if (text[0] == '<') {
    level = syslog_level(text);
  }
  if (!level) {
    level = head_level(text);
  }
  return level ? level : logfmt_level(text);
}

}  // namespace supercargo
