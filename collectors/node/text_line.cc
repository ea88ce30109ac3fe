#include "collectors/node/text_line.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "agent/base/text.h"
#include "agent/base/utf8.h"

namespace supercargo {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t name_length(std::string_view text, bool colons) {
  std::size_t length = 0;
  while (length < text.size() && (is_letter(text[length]) || (colons && text[length] == ':') ||
                                  (length > 0 && is_digit(text[length])))) {
    ++length;
  }
  return length;
}

void skip_blanks(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
}

// Takes `expected` off the front, with the blanks around it.
bool take_character(std::string_view& text, char expected) {
  skip_blanks(text);
  if (!text.starts_with(expected)) {
    return false;
  }
  text.remove_prefix(1);
  skip_blanks(text);
  return true;
}

// Up to the closing quote; nothing without one, or for an escape that the format does not have.
std::optional<std::string> take_quoted(std::string_view& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '"') {
      text.remove_prefix(i + 1);
      return out;
    }
    if (c == '\\') {
      c = ++i < text.size() ? text[i] : '\0';
      if (c != '\\' && c != '"' && c != 'n') {
        return std::nullopt;
      }
      c = c == 'n' ? '\n' : c;
    }
    out += c;
  }
  return std::nullopt;
}

// The opening brace is gone.
std::string_view take_labels(std::string_view& text, std::map<std::string, std::string>& out) {
  while (!take_character(text, '}')) {
    const std::string name(text.substr(0, name_length(text, /*colons=*/false)));
    text.remove_prefix(name.size());
    if (name.empty() || name == "__name__" || !take_character(text, '=') ||
        !text.starts_with('"')) {
      return "expected a label: name=\"value\"";
    }
    text.remove_prefix(1);
    std::optional<std::string> value = take_quoted(text);
    if (!value || valid_utf8_prefix(*value) != value->size()) {
      return "bad value of a label";
    }
    if (!out.emplace(name, *std::move(value)).second) {
      return "label given twice";
    }
    skip_blanks(text);
    if (!text.starts_with('}') && !take_character(text, ',')) {
      return "expected , or } after a label";
    }
  }
  return {};
}

// As Prometheus writes numbers: also +1, NaN and +Inf.
std::optional<double> parse_value(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) {
      return std::nullopt;
    }
  }
  double value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

bool is_metric_name(std::string_view text) {
  return !text.empty() && name_length(text, /*colons=*/true) == text.size();
}

// backup_bytes{target="s3",} 1.5e9
std::string_view parse_text_line(std::string_view line, TextLine& out) {
  out = {};
  out.name = line.substr(0, name_length(line, /*colons=*/true));
  if (out.name.empty()) {
    return "expected a metric's name";
  }
  line.remove_prefix(out.name.size());
  const bool separated = line.starts_with(' ') || line.starts_with('\t');
  if (take_character(line, '{')) {
    if (const std::string_view wrong = take_labels(line, out.labels); !wrong.empty()) {
      return wrong;
    }
  } else if (!separated) {
    return "odd character in a metric's name";
  }
  const std::optional<double> value = parse_value(take_word(line));
  if (!value) {
    return "expected a number";
  }
  out.value = *value;
  return take_word(line).empty() ? std::string_view() : "time stamps are not supported";
}

}  // namespace supercargo
