// "Did you mean": the known word that a mistyped one is closest to. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace supercargo {

// How many insertions, deletions, substitutions and swaps of neighbours turn `from` into `to`.
[[nodiscard]] std::size_t edit_distance(std::string_view from, std::string_view to);

// The candidate that `word` was probably meant to be: one that continues it or is continued by it
// at a '_', or the one with the fewest edits as long as these are at most a third of the word
// (always one). Empty when nothing is close.
[[nodiscard]] std::string_view closest_word(std::string_view word,
                                            std::span<const std::string_view> candidates);

}  // namespace supercargo
