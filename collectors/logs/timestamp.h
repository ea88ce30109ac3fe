// RFC 3339 time stamps of log lines to nanoseconds since 1970.
//
// A parser belongs to one reader, on its output's thread: it remembers the second of the last line,
// since neighbouring lines nearly always share it (the calendar arithmetic would be a third of the
// cost of decoding a line).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace supercargo {

class TimestampParser {
 public:
  // "2026-11-22T14:36:43.881808367Z": 0 to 9 digits of a fraction, `Z` or a numeric offset. Nothing
  // when it is not that.
  [[nodiscard]] std::optional<std::int64_t> parse(std::string_view text);

 private:
  // Up to the second, and what it means.
  std::array<char, 19> last_prefix_{'1',
                                    '9',
                                    '7',
                                    '0',
                                    '-',
                                    '0',
                                    '1',
                                    '-',
                                    '0',
                                    '1',
                                    'T',
                                    '0',
                                    '0',
                                    ':',
                                    '0',
                                    '0',
                                    ':',
                                    '0',
                                    '0'};
  std::int64_t last_seconds_ = 0;
};

}  // namespace supercargo
