#include "agent/pipeline/line_level.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "agent/pipeline/level_words.h"

namespace supercargo {
namespace {

using enum LineLevel;

constexpr std::size_t kHeadWindow = 96;  // time stamp, thread and level stand in it

bool is_letter(char c) {
  return static_cast<unsigned char>((c | 0x20) - 'a') < 26;
}

bool is_digit(char c) {
  return static_cast<unsigned char>(c - '0') < 10;
}

// Of a value that is a number: 3, 30.
std::optional<LineLevel> level_of_number(std::string_view text) {
  if (text.size() == 1 && is_digit(text[0]) && text[0] <= '7') {
    return static_cast<LineLevel>(text[0] - '0');
  }
  constexpr std::array kTens{kDebug, kDebug, kInfo, kWarning, kError, kCritical};
  const bool tens = text.size() == 2 && text[0] >= '1' && text[0] <= '6' && is_digit(text[1]);
  return tens ? std::optional(kTens[static_cast<std::size_t>(text[0] - '1')]) : std::nullopt;
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
std::optional<LineLevel> level_of_value(std::string_view text) {
  const std::size_t begin = text.starts_with('"') ? 1 : 0;
  std::size_t end = begin;
  while (end < text.size() && is_letter(text[end])) {
    ++end;
  }
  if (end > begin) {
    return level_of_word(text.substr(begin, end - begin));
  }
  while (end < text.size() && is_digit(text[end])) {
    ++end;
  }
  return level_of_number(text.substr(begin, end - begin));
}

// Members of the outermost object alone: a logged object may have a level of its own.
std::optional<LineLevel> json_level(std::string_view text) {
  int depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c != '"') {
      depth += c == '{' || c == '[' ? 1 : 0;
      depth -= c == '}' || c == ']' ? 1 : 0;
      continue;
    }
    const std::size_t end = closing_quote(text, at + 1);
    const std::string_view key = text.substr(at + 1, end - at - 1);
    at = end;
    if (depth != 1 || !is_level_key(key)) {
      continue;
    }
    const std::size_t colon = text.find_first_not_of(' ', std::min(end + 1, text.size()));
    if (colon != std::string_view::npos && text[colon] == ':') {
      const std::size_t value = text.find_first_not_of(' ', colon + 1);
      return level_of_value(text.substr(std::min(value, text.size())));
    }
  }
  return std::nullopt;
}

// "I1122 15:04:05": a letter, month and day, a blank.
std::optional<LineLevel> klog_level(std::string_view text) {
  constexpr std::string_view kLetters = "IWEF";
  constexpr std::array kLevels{kInfo, kWarning, kError, kCritical};
  const bool shape = text.size() > 6 && text[5] == ' ' &&
                     std::all_of(text.begin() + 1, text.begin() + 5, is_digit);
  const std::size_t letter = shape ? kLetters.find(text[0]) : std::string_view::npos;
  return letter == std::string_view::npos ? std::nullopt : std::optional(kLevels[letter]);
}

// "<13>": facility and level in one number.
std::optional<LineLevel> syslog_level(std::string_view text) {
  unsigned number = 0;
  std::size_t at = 1;
  for (; at < text.size() && at < 4 && is_digit(text[at]); ++at) {
    number = number * 10 + static_cast<unsigned>(text[at] - '0');
  }
  const bool shape = at > 1 && at < text.size() && text[at] == '>';
  return shape ? std::optional(static_cast<LineLevel>(number % 8)) : std::nullopt;
}

// Where the next letter or bracket is, from `at` on: bytes of 0x40 and above. Time stamps have none
// for long, so eight are looked at at once.
std::size_t next_high(std::string_view text, std::size_t at) {
  static_assert(std::endian::native == std::endian::little, "the first byte is the lowest");
  for (; at + sizeof(std::uint64_t) <= text.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof(word));
    if (const std::uint64_t high = word & 0x4040404040404040U; high != 0) {
      return at + static_cast<std::size_t>(std::countr_zero(high)) / 8;
    }
  }
  while (at < text.size() && (text[at] & 0x40) == 0) {
    ++at;
  }
  return at;
}

// The end of the word that begins at `at`; whether all its letters are capitals.
std::pair<std::size_t, bool> word_end(std::string_view text, std::size_t at) {
  bool capitals = true;
  for (; at < text.size() && (is_letter(text[at]) || text[at] == '_'); ++at) {
    capitals = capitals && text[at] <= '_';
  }
  return {at, capitals};
}

// Before the first plain word (one with a small letter, outside of brackets) and the first quote.
std::optional<LineLevel> head_level(std::string_view text) {
  bool bracket = false;
  for (std::size_t at = next_high(text, 0); at < text.size(); at = next_high(text, at)) {
    const char before = at == 0 ? ' ' : text[at - 1];
    if (before == '"') {
      return std::nullopt;
    }
    if (!is_letter(text[at])) {
      const bool colour = before == '\x1B';  // "\x1b[31m"
      bracket = !colour && (text[at] == '[' || (bracket && text[at] != ']'));
      at += 1;
      at = colour ? std::min(text.find('m', at), text.size() - 1) + 1 : at;
      continue;
    }
    const auto [end, capitals] = word_end(text, at);
    const char after = end < text.size() ? text[end] : ' ';
    if (capitals || bracket || (at == 0 && after == ':')) {
      const bool whole = !is_digit(before) && !is_digit(after);
      const auto level = whole ? level_of_word(text.substr(at, end - at)) : std::nullopt;
      if (level) {
        return level;
      }
    }
    if (!capitals && !bracket) {
      return std::nullopt;
    }
    at = end;
  }
  return std::nullopt;
}

std::optional<LineLevel> logfmt_level(std::string_view text) {
  for (std::size_t at = text.find('='); at != std::string_view::npos; at = text.find('=', at + 1)) {
    const char last = at == 0 ? ' ' : static_cast<char>(text[at - 1] | 0x20);
    if (last != 'l' && last != 'y' && last != 'e') {  // no key of ours ends otherwise
      continue;
    }
    std::size_t begin = at;
    while (begin > 0 && (is_letter(text[begin - 1]) || text[begin - 1] == '.')) {
      --begin;
    }
    const bool own = begin == 0 || text[begin - 1] == ' ' || text[begin - 1] == '\t';
    if (own && is_level_key(text.substr(begin, at - begin))) {
      return level_of_value(text.substr(at + 1));
    }
  }
  return std::nullopt;
}

}  // namespace

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
  } else if (text.starts_with("level=")) {  // as most of logfmt begins: not looked for
    return level_of_value(text.substr(6));
  }
  if (!level) {
    level = head_level(text.substr(0, kHeadWindow));
  }
  return level ? level : logfmt_level(text);
}

}  // namespace supercargo
