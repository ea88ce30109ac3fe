// The rules by which Loki's distributor refuses single entries, as far as its answers tell them.
//
// Pure, any thread. Each entry is refused by the first rule that it breaks, in the order of
// kRefusalRules.
#pragma once

#include <array>
#include <cstdint>

#include "exporters/loki/loki_refusal.h"
#include "exporters/loki/pushed_streams.h"

namespace supercargo {

enum class Breach : std::uint8_t {
  kNo,
  kYes,
  kPerhaps,  // the limit, which is told by the second, lies within the entry's
};

struct RefusalRule {
  RefusalCause cause;
  // Whether the entry breaks the rule with this limit.
  Breach (*judge)(const PushedEntry& entry, const LokiRefusal& limit);
  // What the answer says of an entry, by which it counts them: a second, a size.
  std::int64_t (*entry_key)(const PushedEntry& entry);
  std::int64_t (*told_key)(const LokiRefusal& told);
  // Of two answers, the one that tells more of the limit.
  const LokiRefusal& (*better)(const LokiRefusal& a, const LokiRefusal& b);
  bool newest_first;  // which ones of those with one key break it
};

// What a refusal is about, from the least on.
enum class RefusalScope : std::uint8_t {
  kEntries,
  kStream,
  kIngester,  // a stream, and others that are not told
  kRequest,   // all of it
  kNothing,   // it says nothing certain of what it does not name
};

[[nodiscard]] RefusalScope refusal_scope(RefusalCause cause);

extern const std::array<RefusalRule, 6> kRefusalRules;

}  // namespace supercargo
