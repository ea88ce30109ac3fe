#include "exporters/loki/text_pattern.h"

#include <algorithm>

#include "agent/base/text.h"
#include "exporters/loki/byte_size.h"
#include "exporters/loki/go_time.h"
#include "exporters/loki/selector.h"

namespace supercargo {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool begins_with(std::string_view text, std::string_view literal) {
  return text.size() >= literal.size() &&
         std::equal(literal.begin(), literal.end(), text.begin(), [](char a, char b) {
           return lower(a) == lower(b);
         });
}

std::string_view literal_at_front(std::string_view pattern) {
  return pattern.substr(0, pattern.find('%'));
}

// Where a value ends that `literal` follows; the last one of a pattern ends with its word.
std::size_t value_size(std::string_view text, std::string_view literal) {
  if (literal.empty()) {
    return std::min(text.size(), text.find_first_of(" ;,\r\n"));
  }
  return text.find(literal);
}

std::size_t selector_size(std::string_view text, std::string_view literal) {
  const std::size_t size = selector_length(text);
  if (size > 0 && begins_with(text.substr(size), literal)) {
    return size;
  }
  const std::size_t other = value_size(text, literal);
  // Not what stands behind the selector of the next of several texts.
  const bool is_next =
      size > 0 && other != kNone && text.substr(0, other).find("; ", size) != kNone;
  return is_next ? kNone : other;
}

// A quoted text that nobody escaped, with what stands behind it: the next of several texts.
std::size_t quoted_size(std::string_view text, std::string_view literal) {
  for (std::size_t end = text.find(literal); end != kNone; end = text.find(literal, end + 1)) {
    const std::string_view behind = text.substr(end + literal.size());
    if (behind.empty() || behind.starts_with("; ") || behind.starts_with('\n')) {
      return end;
    }
  }
  return kNone;
}

std::size_t size_of(char kind, std::string_view text, std::string_view literal) {
  switch (kind) {
    case 's':
      return selector_size(text, literal);
    case 'v':
      return quoted_size(text, literal);
    default:
      return value_size(text, literal);
  }
}

bool put_number(std::string_view value, std::uint64_t& number) {
  const std::optional<std::uint64_t> read = parse_u64(value);
  number = read.value_or(0);
  return read.has_value();
}

bool put_time(std::string_view value, std::optional<std::int64_t>& time) {
  time = parse_go_time(value);
  return time.has_value();
}

bool put_size(std::string_view value, std::uint64_t& number) {
  const std::optional<std::uint64_t> read = parse_byte_size(value);
  number = read.value_or(0);
  return read.has_value();
}

bool put_value(char kind, std::string_view value, LokiRefusal& refusal) {
  switch (kind) {
    case 's':
      refusal.stream = value;
      return true;
    case 'v':
      refusal.told = value;
      return true;
    case 't':
      return put_time(value, refusal.time_ns);
    case 'b':
      return put_time(value, refusal.bound_ns);
    case 'l':
      return put_number(value, refusal.limit_bytes);
    case 'z':
      return put_number(value, refusal.size);
    case 'r':
      return put_size(value, refusal.limit_bytes);
    case 'i':
      return put_number(value, refusal.ignored);
    case 'o':
      return put_number(value, refusal.total);
    default:
      return kind == '*';
  }
}

}  // namespace

std::size_t match_pattern(std::string_view pattern, std::string_view text, LokiRefusal& refusal) {
  std::size_t place = 0;
  while (!pattern.empty()) {
    const std::string_view literal = literal_at_front(pattern);
    if (!begins_with(text.substr(place), literal)) {
      return 0;
    }
    place += literal.size();
    pattern.remove_prefix(literal.size());
    if (pattern.empty()) {
      break;
    }
    const char kind = pattern[1];
    pattern.remove_prefix(2);
    const std::string_view rest = text.substr(place);
    const std::string_view next = literal_at_front(pattern);
    const std::size_t size = size_of(kind, rest, next);
    if (size == kNone || !put_value(kind, rest.substr(0, size), refusal)) {
      return 0;
    }
    place += size;
  }
  return place;
}

std::size_t match_any_pattern(std::span<const TextPattern> patterns,
                              std::string_view text,
                              LokiRefusal& refusal) {
  for (const TextPattern& pattern : patterns) {
    LokiRefusal read;
    if (const std::size_t size = match_pattern(pattern.text, text, read); size > 0) {
      read.cause = pattern.cause;
      refusal = std::move(read);
      return size;
    }
  }
  return 0;
}

}  // namespace supercargo
