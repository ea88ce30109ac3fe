// What is remembered of each of Loki's streams that an output writes to.
//
// Owned by a LokiSender, on its output's thread. Bounded: the stream that was written to least
// lately is forgotten, and is then one that was never seen.
#pragma once

#include <cstdint>
#include <limits>
#include <list>
#include <unordered_map>
#include <vector>

#include "agent/base/clock.h"
#include "exporters/loki/accepted_envelope.h"

namespace supercargo {

// A single entry under suspicion that Loki fails because of it (suspects.h).
struct SuspectEntry {
  std::int64_t time_ns = 0;
  std::uint64_t loki_bytes = 0;
  std::uint32_t strikes = 0;
  std::uint64_t passes_seen = 0;      // StreamMemory::passes at the last strike
  std::uint64_t all_passes_seen = 0;  // TenantMemory::passes then
  SteadyTime struck_at{};
};

struct StreamMemory {
  static constexpr std::size_t kMaxSuspects = 32;

  std::uint64_t stream = 0;
  std::uint32_t tenant = 0;
  // When Loki last took a post of this stream alone; none: never, so it may not exist there.
  SteadyTime accepted_alone{};
  SteadyTime written{};              // when Loki last answered that it took a post with lines of it
  std::uint64_t unproven_bytes = 0;  // sent since an answer was certain to speak of this stream
  std::int64_t newest_ns = std::numeric_limits<std::int64_t>::min();  // of lines that it has
  StreamRate rate;                                                    // of what was sent to it
  std::uint32_t refusals = 0;           // for its rate, one after the other
  std::uint32_t limit_refusals = 0;     // since the tenant has too many streams, likewise
  std::uint32_t failures = 0;           // answers that nobody can act on, one after the other
  bool away = false;                    // nobody answers where it belongs
  std::uint64_t passes = 0;             // posts with lines of it that were taken
  std::uint64_t passes_at_failure = 0;  // TenantMemory::passes when the first of them came
  std::uint32_t strikes = 0;            // of all its suspects, since a whole post of it was taken
  std::uint64_t passes_at_strike = 0;   // `passes` at the last of them
  std::vector<SuspectEntry> suspects;   // the last kMaxSuspects; those that were given up, too
};

class StreamTable {
 public:
  static constexpr std::size_t kMaxStreams = 8192;

  // A stream that is not known is made. Valid until the next call.
  [[nodiscard]] StreamMemory& of(std::uint32_t tenant, std::uint64_t stream);

  [[nodiscard]] std::size_t size() const { return by_use_.size(); }

 private:
  using List = std::list<StreamMemory>;

  List by_use_;  // the last used first
  std::unordered_map<std::uint64_t, List::iterator> known_;
};

}  // namespace supercargo
