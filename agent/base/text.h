// Small pure functions over text, for parsers of kernel files and log lines. No allocation, no
// locale, any thread.
#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

namespace supercargo {

// The whole of `text` as a decimal number, or nothing: no sign for unsigned types, no blanks, no
// overflow, no infinity and no NaN.
template <class Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || text.empty()) {
    return std::nullopt;
  }
  if constexpr (std::is_floating_point_v<Number>) {
    if (!std::isfinite(value)) {
      return std::nullopt;
    }
  }
  return value;
}

[[nodiscard]] inline std::optional<std::uint64_t> parse_u64(std::string_view text) {
  return parse_number<std::uint64_t>(text);
}

// Cuts the text before the first `separator` (or all) off `rest` and gives it back: the separator
// goes too.
[[nodiscard]] std::string_view take_until(std::string_view& rest, char separator);

// The next run of characters that are neither blank nor tab; empty at the end.
[[nodiscard]] std::string_view take_word(std::string_view& rest);

// Without blanks, tabs and line ends on both sides.
[[nodiscard]] std::string_view trim(std::string_view text);

}  // namespace supercargo
