#include "exporters/gelf/gelf_cut.h"

#include <algorithm>

namespace supercargo {
namespace {

// The length of the character or escape that starts at `at`.
std::size_t unit_length(std::string_view escaped, std::size_t at) {
  const auto lead = static_cast<unsigned char>(escaped[at]);
  if (lead == '\\') {
    return at + 1 < escaped.size() && escaped[at + 1] == 'u' ? 6 : 2;
  }
  if (lead < 0xC0) {
    return 1;
  }
  return lead < 0xE0 ? 2 : (lead < 0xF0 ? 3 : 4);
}

// Where the JSON string that begins at `at` ends: its closing quote.
std::size_t string_end(std::string_view json, std::size_t at) {
  while (at < json.size() && json[at] != '"') {
    at += json[at] == '\\' ? 2U : 1U;
  }
  return std::min(at, json.size());
}

std::string marked_prefix(std::string_view escaped, std::size_t max_bytes) {
  const std::size_t room =
      max_bytes > kTruncationMarker.size() ? max_bytes - kTruncationMarker.size() : 0;
  std::string out(escaped_prefix(escaped, room));
  out += kTruncationMarker;
  return out;
}

std::string cut_text(std::string_view escaped, std::size_t max_bytes) {
  return escaped.size() <= max_bytes ? std::string(escaped) : marked_prefix(escaped, max_bytes);
}

}  // namespace

std::string_view escaped_prefix(std::string_view escaped, std::size_t max_bytes) {
  std::size_t at = 0;
  while (at < escaped.size()) {
    const std::size_t next = at + unit_length(escaped, at);
    if (next > max_bytes || next > escaped.size()) {
      break;
    }
    at = next;
  }
  return escaped.substr(0, at);
}

bool cut_gelf_message(std::string& out, std::size_t start, std::size_t max_bytes) {
  const std::string_view message = std::string_view(out).substr(start);
  const std::size_t key = message.find(kShortMessageKey);
  if (message.size() <= max_bytes || key == std::string_view::npos) {
    return false;
  }
  const std::size_t begin = key + kShortMessageKey.size();
  const std::size_t end = string_end(message, begin);
  const std::string_view short_text = message.substr(begin, end - begin);
  const std::size_t fixed = begin + 2;  // the closing quote and brace
  const std::size_t budget = max_bytes > fixed ? max_bytes - fixed : 0;

  std::string text;
  if (message.substr(end).starts_with(kFullMessageKey)) {
    const std::size_t full_begin = end + kFullMessageKey.size();
    const std::size_t full_end = string_end(message, full_begin);
    const std::string_view full_text = message.substr(full_begin, full_end - full_begin);
    // The short text is a part of the full one: it gets no more than half of the room.
    text = cut_text(short_text, budget / 2);
    text += kFullMessageKey;
    text += cut_text(full_text, budget > text.size() ? budget - text.size() : 0);
  }
  if (text.empty() || text.size() > budget) {  // no full text, or no room for two
    text = marked_prefix(short_text, budget);
  }
  out.resize(start + begin);
  out += text;
  out += "\"}";
  return true;
}

}  // namespace supercargo
