#include "exporters/gelf/gelf_text.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace supercargo {
namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

bool is_ascii_space(unsigned char c) {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20);
}

// The length of the white space character at the start of `text`, 0 when there is none. Java's are
// the Unicode separators but the three that do not break (U+00A0, U+2007, U+202F).
std::size_t space_length(std::string_view text) {
  constexpr std::array<std::string_view, 13> kWide{"\xE1\x9A\x80",
                                                   "\xE2\x80\x80",
                                                   "\xE2\x80\x81",
                                                   "\xE2\x80\x82",
                                                   "\xE2\x80\x83",
                                                   "\xE2\x80\x84",
                                                   "\xE2\x80\x85",
                                                   "\xE2\x80\x86",
                                                   "\xE2\x80\x88",
                                                   "\xE2\x80\x89",
                                                   "\xE2\x80\x8A",
                                                   "\xE2\x80\xA8",
                                                   "\xE2\x80\xA9"};
  if (is_ascii_space(static_cast<unsigned char>(text[0]))) {
    return 1;
  }
  const std::string_view head = text.substr(0, 3);
  const bool wide = head == "\xE2\x81\x9F" || head == "\xE3\x80\x80" ||
                    std::find(kWide.begin(), kWide.end(), head) != kWide.end();
  return wide ? 3 : 0;
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

// Graylog drops an additional field that has one of these names; ours would stand in a message
// twice.
constexpr std::array<std::string_view, 24> kTakenNames{"_supercargo_source",
                                                       "_namespace",
                                                       "_pod",
                                                       "_container",
                                                       "_stream",
                                                       "_pod_uid",
                                                       "_container_id",
                                                       "_restart",
                                                       "_supercargo_id",
                                                       "_version",
                                                       "_host",
                                                       "_source",
                                                       "_message",
                                                       "_short_message",
                                                       "_full_message",
                                                       "_timestamp",
                                                       "_level",
                                                       "_streams",
                                                       "_gl2_source",
                                                       "_gl2_accounted",
                                                       "_facility",
                                                       "_image",
                                                       "_workload",
                                                       "_workload_kind"};

}  // namespace

bool is_blank_text(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = space_length(text);
    if (length == 0) {
      return false;
    }
    text.remove_prefix(length);
  }
  return true;
}

std::string_view summary_line(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (!line.empty() && line.back() == '\r') {
      line.remove_suffix(1);
    }
    if (!is_blank_text(line)) {
      return line;
    }
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return text;
}

void append_gelf_seconds(std::string& out, std::int64_t time_ns) {
  std::int64_t seconds = time_ns / kNanosecondsPerSecond;
  std::int64_t rest = time_ns % kNanosecondsPerSecond;
  std::array<char, 32> buffer{};
  char* at = buffer.data();
  if (time_ns < 0) {
    *at++ = '-';
    seconds = -seconds;
    rest = -rest;
  }
  at = std::to_chars(at, buffer.data() + buffer.size(), seconds).ptr;
  // A second more has ten digits, and the library writes two at a time; its 1 becomes the point.
  char* const point = at;
  at = std::to_chars(at,
                     buffer.data() + buffer.size(),
                     static_cast<std::uint32_t>(kNanosecondsPerSecond + rest))
           .ptr;
  *point = '.';
  out.append(buffer.data(), at);
}

std::string gelf_field_name(std::string_view name) {
  if (!name.empty() && name.front() == '_') {
    name.remove_prefix(1);
  }
  std::string out = "_";
  for (const char c : name) {
    out += is_name_character(c) ? c : '_';
  }
  if (out == "_id" || out == "_") {
    out += '_';
  }
  return out;
}

bool is_taken_gelf_field(std::string_view name) {
  return std::find(kTakenNames.begin(), kTakenNames.end(), name) != kTakenNames.end();
}

}  // namespace supercargo
