// Pairs of logfmt: `level=info msg="a b" took=3ms`.
//
// Pure, any thread, no allocation.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace supercargo {

struct LogfmtPair {
  std::string_view key;
  std::string_view value;  // without quotes, still escaped
  bool quoted = false;
};

// Takes the next pair from the front of `rest`, over words that are none; nothing at the end.
[[nodiscard]] std::optional<LogfmtPair> next_logfmt_pair(std::string_view& rest);

// `value` of a quoted pair with its escapes read, at the end of `out`: \n, \t, \r, and any other
// character for itself but for \u, which stays.
void append_logfmt_unescaped(std::string& out, std::string_view value);

}  // namespace supercargo
