// Makes an encoded GELF message shorter than a receiver's limit, by cutting its text.
//
// Pure functions, any thread; off the hot path, so they may allocate.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace supercargo {

// What stands at the end of a text that was cut.
inline constexpr std::string_view kTruncationMarker = "\xE2\x80\xA6[truncated]";

inline constexpr std::string_view kShortMessageKey = ",\"short_message\":\"";
inline constexpr std::string_view kFullMessageKey = "\",\"full_message\":\"";

// The longest prefix of `escaped` (the inside of a JSON string) of at most `max_bytes` bytes that
// splits neither an escape nor a UTF-8 sequence.
[[nodiscard]] std::string_view escaped_prefix(std::string_view escaped, std::size_t max_bytes);

// Cuts short_message and full_message of the object that stands at the end of `out`, from `start`,
// so that it has at most `max_bytes` bytes, and marks what it cut. Fields other than these two are
// kept: when they alone are too long, the message stays longer than the limit. Requires: the object
// is GelfEncoder's (the two texts stand last). Returns whether it was cut.
bool cut_gelf_message(std::string& out, std::size_t start, std::size_t max_bytes);

}  // namespace supercargo
