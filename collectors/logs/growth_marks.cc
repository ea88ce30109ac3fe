#include "collectors/logs/growth_marks.h"

#include <algorithm>

namespace supercargo {

void GrowthMarks::note(std::uint64_t size, SteadyTime now) {
  if (!marks_.empty() && marks_.back().since == now) {
    marks_.back().size = size;
    return;
  }
  if (marks_.size() == kMarks) {
    join_closest(now);
  }
  marks_.push_back({size, now});
}

// The two neighbours that together span the shortest time: so spans stay about equal.
void GrowthMarks::join_closest(SteadyTime now) {
  std::size_t first = 0;
  SteadyTime::duration shortest = SteadyTime::duration::max();
  for (std::size_t i = 0; i + 1 < marks_.size(); ++i) {
    const SteadyTime end = i + 2 < marks_.size() ? marks_[i + 2].since : now;
    if (end - marks_[i].since < shortest) {
      shortest = end - marks_[i].since;
      first = i;
    }
  }
  marks_[first].size = marks_[first + 1].size;
  marks_.erase(marks_.begin() + static_cast<std::ptrdiff_t>(first) + 1);
}

std::optional<SteadyTime> GrowthMarks::since(std::uint64_t offset) {
  const auto mark = std::find_if(
      marks_.begin(), marks_.end(), [offset](const Mark& known) { return known.size > offset; });
  marks_.erase(marks_.begin(), mark);
  return marks_.empty() ? std::nullopt : std::optional(marks_.front().since);
}

}  // namespace supercargo
