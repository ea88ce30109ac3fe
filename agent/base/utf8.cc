#include "agent/base/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace supercargo {
namespace {

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

constexpr std::uint64_t kHighBits = 0x8080808080808080U;

std::uint64_t word_at(const char* place) {
  std::uint64_t word = 0;
  std::memcpy(&word, place, sizeof word);
  return word;
}

// Log lines are ASCII nearly always, and this is on the way of each: 32 bytes at a time, the last
// word overlapping the one before it, so that nothing is left over.
bool is_ascii(std::string_view text) {
  if (text.size() < 8) {
    return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80U; });
  }
  const char* place = text.data();
  const char* const last = place + text.size() - 8;
  std::uint64_t all = word_at(last);
  for (; last - place >= 24; place += 32) {
    all |= word_at(place) | word_at(place + 8) | word_at(place + 16) | word_at(place + 24);
  }
  for (; place < last; place += 8) {
    all |= word_at(place);
  }
  return (all & kHighBits) == 0;
}

std::size_t ascii_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at + 8 <= text.size() && (word_at(text.data() + at) & kHighBits) == 0) {
    at += 8;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80U) {
    ++at;
  }
  return at;
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const auto second = text.size() > 1 ? static_cast<unsigned char>(text[1]) : 0U;
  std::size_t length = 0;
  if (lead >= 0xC2U && lead <= 0xDFU) {
    length = 2;
  } else if ((lead & 0xF0U) == 0xE0U) {
    length = (lead == 0xE0U && second < 0xA0U) || (lead == 0xEDU && second > 0x9FU) ? 0 : 3;
  } else if (lead >= 0xF0U && lead <= 0xF4U) {
    length = (lead == 0xF0U && second < 0x90U) || (lead == 0xF4U && second > 0x8FU) ? 0 : 4;
  }
  if (length == 0 || text.size() < length) {
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) {
      return 0;
    }
  }
  return length;
}

std::size_t valid_utf8_prefix(std::string_view text) {
  if (is_ascii(text)) {
    return text.size();
  }
  std::size_t at = ascii_prefix(text);
  while (at < text.size()) {
    const std::size_t length = utf8_length(text.substr(at));
    if (length == 0) {
      break;
    }
    at += length;
    at += ascii_prefix(text.substr(at));
  }
  return at;
}

void append_valid_utf8(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const std::size_t valid = valid_utf8_prefix(text);
    out += text.substr(0, valid);
    text.remove_prefix(valid);
    if (!text.empty()) {
      out += kReplacementCharacter;
      text.remove_prefix(1);
    }
  }
}

std::string_view cut_utf8(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) {
    return text;
  }
  std::size_t end = max_bytes;
  while (end > 0 && max_bytes - end < 4 && is_continuation(text[end])) {
    --end;
  }
  return text.substr(0, end);
}

}  // namespace supercargo
