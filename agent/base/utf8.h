// UTF-8 as receivers want it (RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF).
//
// Pure functions, any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace supercargo {

inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

// The length of the valid sequence at the start of `text`, 0 when there is none.
// Requires: !text.empty().
[[nodiscard]] std::size_t utf8_length(std::string_view text);

// How many bytes at the start of `text` are valid; text.size() when all are.
[[nodiscard]] std::size_t valid_utf8_prefix(std::string_view text);

// `text` at the end of `out`, each byte that is in no valid sequence replaced by U+FFFD.
void append_valid_utf8(std::string& out, std::string_view text);

// At most `max_bytes` of `text`, no valid sequence cut in two.
[[nodiscard]] std::string_view cut_utf8(std::string_view text, std::size_t max_bytes);

}  // namespace supercargo
