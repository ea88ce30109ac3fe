// Matches a text that Loki wrote with one of its format strings, and reads what it was filled with.
//
// Pure, any thread.
#pragma once

#include <span>
#include <string_view>

#include "exporters/loki/loki_refusal.h"

namespace supercargo {

struct TextPattern {
  RefusalCause cause;
  std::string_view text;
};

// How much of the front of `text` has the shape of `pattern`, 0 when it has another; what was read
// is put into `refusal`. The case of letters in the pattern does not matter. In it stand for
//   %s a selector: quoted values may contain what stands behind it in the pattern
//   %t, %b a time: time_ns, bound_ns     %l, %z a number: limit_bytes, size
//   %r a size with its unit: limit_bytes     %i, %o a number: ignored, total
//   %v told, up to the end of its text
//   %* any text; all but %v and %s are as short as the literal behind them allows
[[nodiscard]] std::size_t match_pattern(std::string_view pattern,
                                        std::string_view text,
                                        LokiRefusal& refusal);

// By the first of the patterns that matches: `refusal` is what was read by it, with its cause.
[[nodiscard]] std::size_t match_any_pattern(std::span<const TextPattern> patterns,
                                            std::string_view text,
                                            LokiRefusal& refusal);

}  // namespace supercargo
