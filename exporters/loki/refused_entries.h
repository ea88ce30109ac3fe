// Which entries of a push were refused, by what Loki answered.
//
// Loki stores what it does not refuse, and names refused entries by their stream and by what is
// wrong with them: a time cut to the second, a length, a number of entries. So they are found again
// in the body by the same rules, and counted against the answer. Pure, any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "exporters/loki/loki_refusal.h"

namespace supercargo {

enum class EntryFate : std::uint8_t {
  kAccepted,
  kRefused,  // for the cause that stands with it
  // What the answer says does not settle it: the text was cut, or counts other entries than its
  // own rule finds, or is of an ingester, which speaks of one stream only and hides what else was
  // refused. To be sent again without those that are settled: a repeat is returned once by a query.
  kUnsure,
};

struct EntryVerdict {
  EntryFate fate = EntryFate::kAccepted;
  RefusalCause cause = RefusalCause::kUnknown;
};

// One verdict for each entry, in the order of the (uncompressed) body, of a push that got this
// answer: with no refusals all are accepted. An entry that was sent alone is never unsure, so
// halving what stays unsure ends.
[[nodiscard]] std::vector<EntryVerdict> judge_entries(std::string_view body,
                                                      const std::vector<LokiRefusal>& refusals);

}  // namespace supercargo
