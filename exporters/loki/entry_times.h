// When the entries of one of Loki's streams were written, in the order in which they are sent.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

namespace supercargo {

struct EntryTimes {
  std::int64_t oldest_ns = std::numeric_limits<std::int64_t>::max();
  std::int64_t newest_ns = std::numeric_limits<std::int64_t>::min();
  std::uint64_t behind_ns = 0;  // as far an entry is, at most, behind the newest before it

  void add(std::int64_t time_ns) { append({time_ns, time_ns, 0}); }

  // Those of `later` are sent after these.
  void append(const EntryTimes& later) {
    behind_ns = std::max({behind_ns, later.behind_ns, later.behind(newest_ns)});
    oldest_ns = std::min(oldest_ns, later.oldest_ns);
    newest_ns = std::max(newest_ns, later.newest_ns);
  }

  // How far at most an entry is behind one of that time before all of them, or behind another of
  // them before it.
  [[nodiscard]] std::uint64_t behind(std::int64_t time_ns) const {
    // Unsigned, since the difference of two times may be no time.
    const std::uint64_t all = time_ns > oldest_ns ? static_cast<std::uint64_t>(time_ns) -
                                                        static_cast<std::uint64_t>(oldest_ns)
                                                  : 0;
    return std::max(behind_ns, all);
  }
};

}  // namespace supercargo
