#include "exporters/loki/selector.h"

#include <algorithm>
#include <charconv>

#include "agent/base/text.h"

namespace supercargo {
namespace {

// The place behind the quoted text at the front, 0 when it is none or does not end. Go's raw
// strings have no escapes.
std::size_t quoted_length(std::string_view text) {
  if (text.empty() || (text.front() != '"' && text.front() != '`')) {
    return 0;
  }
  const char quote = text.front();
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == quote) {
      return i + 1;
    }
    if (text[i] == '\\' && quote == '"') {
      ++i;
    }
  }
  return 0;
}

void append_code_point(std::string& out, std::uint32_t point) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (point < 0x80U) {
    put(point);
  } else if (point < 0x800U) {
    put(0xC0U | point >> 6U);
    put(0x80U | (point & 0x3FU));
  } else if (point < 0x10000U) {
    put(0xE0U | point >> 12U);
    put(0x80U | (point >> 6U & 0x3FU));
    put(0x80U | (point & 0x3FU));
  } else {
    put(0xF0U | (point >> 18U & 0x07U));
    put(0x80U | (point >> 12U & 0x3FU));
    put(0x80U | (point >> 6U & 0x3FU));
    put(0x80U | (point & 0x3FU));
  }
}

// Cuts a number of exactly `size` digits off.
bool take_number(std::string_view& rest, std::size_t size, int base, std::uint32_t& value) {
  const std::string_view digits = rest.substr(0, size);
  const auto [stop, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (digits.size() != size || error != std::errc{} || stop != digits.data() + size) {
    return false;
  }
  rest.remove_prefix(size);
  return true;
}

bool append_numbered(std::string& out, std::string_view& rest, char kind) {
  std::uint32_t value = 0;
  const std::size_t size = kind == 'x' ? 2 : kind == 'u' ? 4 : 8;
  if (!take_number(rest, size, 16, value)) {
    return false;
  }
  if (kind == 'x') {
    out += static_cast<char>(value);
  } else {
    append_code_point(out, value);
  }
  return true;
}

// What stands behind a backslash.
bool append_unescaped(std::string& out, std::string_view& rest) {
  constexpr std::string_view kNames = "abfnrtv\\\"'";
  constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\\"'";
  if (rest.empty()) {
    return false;
  }
  const char kind = rest.front();
  if (const std::size_t found = kNames.find(kind); found != std::string_view::npos) {
    out += kMeanings[found];
    rest.remove_prefix(1);
    return true;
  }
  if (kind == 'x' || kind == 'u' || kind == 'U') {
    rest.remove_prefix(1);
    return append_numbered(out, rest, kind);
  }
  std::uint32_t value = 0;
  const bool good = take_number(rest, 3, 8, value) && value < 0x100U;
  out += static_cast<char>(value);
  return good;
}

bool take_quoted(std::string_view& rest, std::string& out) {
  const std::size_t size = quoted_length(rest);
  if (size == 0) {
    return false;
  }
  std::string_view inner = rest.substr(1, size - 2);
  const bool raw = rest.front() == '`';
  rest.remove_prefix(size);
  while (!inner.empty()) {
    const char c = inner.front();
    inner.remove_prefix(1);
    if (c != '\\' || raw) {
      out += c;
    } else if (!append_unescaped(out, inner)) {
      return false;
    }
  }
  return true;
}

void skip_blanks(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(" \t\r\n")));
}

// Names that are no identifiers are quoted, too.
bool take_name(std::string_view& rest, std::string& name) {
  skip_blanks(rest);
  if (rest.starts_with('"')) {
    return take_quoted(rest, name);
  }
  const std::size_t size = std::min(rest.size(), rest.find_first_of("=,{}\"` \t\r\n"));
  name = rest.substr(0, size);
  rest.remove_prefix(size);
  return size > 0;
}

bool take_char(std::string_view& rest, char c) {
  skip_blanks(rest);
  if (!rest.starts_with(c)) {
    return false;
  }
  rest.remove_prefix(1);
  return true;
}

// `name="value"` and what separates it from the next.
bool take_pair(std::string_view& rest, LabelPairs& pairs) {
  std::string name;
  std::string value;
  if (!take_name(rest, name) || !take_char(rest, '=')) {
    return false;
  }
  skip_blanks(rest);
  if (!take_quoted(rest, value)) {
    return false;
  }
  if (!value.empty()) {
    pairs.emplace_back(std::move(name), std::move(value));
  }
  skip_blanks(rest);
  return take_char(rest, ',') || rest == "}";
}

bool is_added_by_loki(std::string_view name) {
  return name == "service_name" || name.starts_with("__");
}

}  // namespace

std::size_t selector_length(std::string_view text) {
  if (!text.starts_with('{')) {
    return 0;
  }
  for (std::size_t i = 1; i < text.size();) {
    if (text[i] == '}') {
      return i + 1;
    }
    if (text[i] == '"' || text[i] == '`') {
      const std::size_t size = quoted_length(text.substr(i));
      if (size == 0) {
        return 0;
      }
      i += size;
    } else {
      ++i;
    }
  }
  return 0;
}

std::optional<LabelPairs> parse_labels(std::string_view selector) {
  LabelPairs pairs;
  std::string_view rest = selector;
  if (!take_char(rest, '{')) {
    return std::nullopt;
  }
  skip_blanks(rest);
  while (!rest.empty() && rest.front() != '}') {
    if (!take_pair(rest, pairs)) {
      return std::nullopt;
    }
    skip_blanks(rest);
  }
  if (rest != "}") {
    return std::nullopt;
  }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

bool names_stream(const LabelPairs& told, const LabelPairs& sent) {
  auto expected = sent.begin();
  for (const auto& pair : told) {
    if (expected != sent.end() && pair == *expected) {
      ++expected;
    } else if (!is_added_by_loki(pair.first)) {
      return false;
    }
  }
  return expected == sent.end();
}

}  // namespace supercargo
