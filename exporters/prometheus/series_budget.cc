#include "exporters/prometheus/series_budget.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "exporters/prometheus/selection.h"

namespace supercargo {
namespace {

// The higher, the sooner it goes.
int expendability(std::string_view family) {
  const bool own = family.starts_with("supercargo_") || family.starts_with("process_");
  return own ? -1 : static_cast<int>(profile_of(family));
}

}  // namespace

void SeriesBudget::decide(std::vector<Family> families, std::uint64_t max_series) {
  const std::set<std::string, std::less<>> before = std::exchange(gone_, {});
  if (max_series == 0) {
    return;
  }
  std::uint64_t total = 0;
  for (const Family& family : families) {
    total += family.series;
  }
  if (total <= max_series && before.empty()) {
    return;
  }
  std::sort(families.begin(), families.end(), [](const Family& a, const Family& b) {
    return std::make_tuple(-expendability(a.name), ~a.series, a.name) <
           std::make_tuple(-expendability(b.name), ~b.series, b.name);
  });
  const std::uint64_t to_return = max_series - max_series / 10;
  bool shares = false;  // there is the series of those that have one
  for (const Family& family : families) {
    const bool was_gone = before.contains(family.name);
    if (family.series > 0 && (total > max_series || (was_gone && total > to_return))) {
      gone_.emplace(family.name);
      const bool told_alone = family.series > 1 || !std::exchange(shares, true);
      total -= family.series - (told_alone ? 1 : 0);
    }
  }
}

}  // namespace supercargo
