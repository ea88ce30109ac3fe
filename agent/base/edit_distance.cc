#include "agent/base/edit_distance.h"

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

namespace supercargo {
namespace {

// Longer words are no key that somebody mistyped, and the work is the product of the lengths.
constexpr std::size_t kLongestWord = 64;

bool continues(std::string_view longer, std::string_view shorter) {
  return shorter.size() >= 3 && longer.size() > shorter.size() && longer.starts_with(shorter) &&
         longer[shorter.size()] == '_';
}

std::size_t length_difference(std::string_view a, std::string_view b) {
  return a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
}

}  // namespace

// Row by row over the matrix of prefixes (optimal string alignment): a swap looks two rows back.
std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> before(to.size() + 1);
  std::vector<std::size_t> last(to.size() + 1);
  std::vector<std::size_t> row(to.size() + 1);
  for (std::size_t j = 0; j <= to.size(); ++j) {
    row[j] = j;
  }
  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::swap(before, last);
    std::swap(last, row);
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t substitution = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, substitution});
      if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
  }
  return row[to.size()];
}

std::string_view closest_word(std::string_view word, std::span<const std::string_view> candidates) {
  if (word.empty() || word.size() > kLongestWord) {
    return {};
  }
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    if (length_difference(word, candidate) >= best_distance) {
      continue;
    }
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  if (!best.empty()) {
    return best;
  }
  const auto* found = std::find_if(
      candidates.data(), candidates.data() + candidates.size(), [word](std::string_view candidate) {
        return continues(word, candidate) || continues(candidate, word);
      });
  return found == candidates.data() + candidates.size() ? std::string_view{} : *found;
}

}  // namespace supercargo
