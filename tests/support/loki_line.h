// One line as the stand-in for Loki keeps it.
//
// Values; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/loki_selector.h"

namespace supercargo::test {

struct LokiLine {
  std::string tenant;
  std::string selector;  // as it was sent
  LabelPairs labels;     // likewise
  LabelPairs metadata;
  std::int64_t time_ns = 0;
  std::string line;
  std::int64_t received_ns = 0;
  std::uint64_t request = 0;  // number of the push request that brought it, from 1
};

struct RefusedLokiLine {
  LokiLine line;
  std::string_view reason;  // as in Loki's own metric loki_discarded_samples_total
};

// What a push holds of one stream.
struct LokiStreamPush {
  std::string selector;  // as Loki writes it: sorted, with service_name
  std::vector<LokiLine> lines;
};

// As limits count it: text and metadata.
[[nodiscard]] inline std::uint64_t byte_count(const LokiLine& line) {
  std::uint64_t count = line.line.size();
  for (const auto& [name, value] : line.metadata) {
    count += name.size() + value.size();
  }
  return count;
}

}  // namespace supercargo::test
