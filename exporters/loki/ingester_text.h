// Reads what an ingester answers for one stream of a push: a list of entries, one a line, and a
// sum.
//   entry with timestamp 2026-11-22 20:59:59.5 +0000 UTC ignored, reason: '...',
//   user 'fake', total ignored: 1 out of 30 for stream: {namespace="shop"}
//
// Pure, any thread.
#pragma once

#include <string_view>

#include "exporters/loki/loki_refusal.h"

namespace supercargo {

// How much of the front of `text` is such an answer, 0 when it is another; a list without its sum
// is one, too. What it says is put into `refusal`.
[[nodiscard]] std::size_t match_ingester_text(std::string_view text, LokiRefusal& refusal);

}  // namespace supercargo
