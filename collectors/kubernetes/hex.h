// What ids in paths look like. Pure functions, any thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace supercargo {

inline constexpr std::size_t kContainerIdSize = 64;

// Lower case only: kubelet and all runtimes write ids so.
[[nodiscard]] inline bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
}

[[nodiscard]] inline bool is_container_id(std::string_view text) {
  return text.size() == kContainerIdSize && is_hex(text);
}

}  // namespace supercargo
