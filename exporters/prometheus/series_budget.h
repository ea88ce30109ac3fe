// The hard limit on series: which families go when there are too many.
//
// Owned by Exposition; collect thread. Whole families go, so that sums over those that stay remain
// true: first those of profile `full`, then `default`, then `minimal`, and last what the agent
// accounts for itself; among equals the one with the most series. A family that went returns only
// when a tenth of the limit stays free with it, so that none comes and goes with each scrape. What
// tells of it counts, too: a series for each family that went, but one for all that have a single
// one.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace supercargo {

class SeriesBudget {
 public:
  struct Family {
    std::string_view name;
    std::uint64_t series = 0;
  };

  // Decides anew. 0: no limit. Names are valid during the call.
  void decide(std::vector<Family> families, std::uint64_t max_series);

  [[nodiscard]] bool leaves_out(std::string_view family) const { return gone_.contains(family); }

 private:
  std::set<std::string, std::less<>> gone_;
};

}  // namespace supercargo
