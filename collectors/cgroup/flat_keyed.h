// The form that most cgroup files have: lines of `<key> <number>`.
//
// Pure, no allocation, any thread. A table of keys and members says what is wanted; other lines are
// skipped, as new kernels add some.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "agent/base/text.h"

namespace supercargo {

template <class Struct>
struct FlatField {
  std::string_view key;
  std::optional<std::uint64_t> Struct::*member;
};

// Sets the members whose keys are there. False when a wanted key has no number behind it. The
// search for a key begins where the last one was found: with the table in the kernel's order it is
// one comparison.
template <class Struct>
[[nodiscard]] bool parse_flat_keyed(std::string_view text,
                                    std::span<const FlatField<Struct>> fields,
                                    Struct& out) {
  bool valid = true;
  std::size_t next = 0;
  while (!text.empty()) {
    std::string_view value = take_until(text, '\n');
    const std::string_view key = take_until(value, ' ');
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const std::size_t at = next + i < fields.size() ? next + i : next + i - fields.size();
      if (fields[at].key == key) {
        out.*fields[at].member = parse_u64(value);
        valid = valid && (out.*fields[at].member).has_value();
        next = at + 1 < fields.size() ? at + 1 : 0;
        break;
      }
    }
  }
  return valid;
}

}  // namespace supercargo
