// What a Loki stand-in does to pushes in place of, or before, their normal treatment.
//
// Owned by a LokiStandIn, which locks around it.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "tests/support/http_stand_in.h"

namespace supercargo::test {

struct LokiFault {
  enum class Close { kNo, kBeforeStoring, kAfterStoring };
  int status = 0;  // 0 or 204: the body is treated as usual; else nothing is stored
  std::string text = "fault of the stand-in\n";
  std::string retry_after;
  std::chrono::milliseconds delay{0};
  Close close = Close::kNo;
  std::optional<std::size_t> cut_bytes{};     // the connection is reset so far into the body
  std::optional<std::size_t> answer_bytes{};  // it closes when so much of the answer's text is sent
};

// Of a request to /stand-in/fault.
[[nodiscard]] LokiFault parse_loki_fault(const StandInRequest& request);

// Faults that are due, oldest first, each for a number of pushes.
class LokiFaults {
 public:
  void add(LokiFault fault, int count) { due_.emplace_back(std::move(fault), count); }

  void clear() { due_.clear(); }

  // The fault of the next push; one without effect when none is due.
  LokiFault take();

  // The same, but only when it cuts the body.
  std::optional<std::size_t> take_cut();

 private:
  std::deque<std::pair<LokiFault, int>> due_;
};

}  // namespace supercargo::test
