#include "tests/support/loki_faults.h"

#include "agent/base/text.h"

namespace supercargo::test {

LokiFault parse_loki_fault(const StandInRequest& request) {
  LokiFault fault;
  fault.status = parse_number<int>(request.parameter("status")).value_or(0);
  fault.retry_after = request.parameter("retry_after");
  fault.delay =
      std::chrono::milliseconds(parse_number<int>(request.parameter("delay_ms")).value_or(0));
  if (const std::string text = request.parameter("text"); !text.empty()) {
    fault.text = text;
  }
  if (const std::string close = request.parameter("close"); !close.empty()) {
    fault.close =
        close == "before" ? LokiFault::Close::kBeforeStoring : LokiFault::Close::kAfterStoring;
  }
  fault.answer_bytes = parse_number<std::size_t>(request.parameter("answer_bytes"));
  fault.cut_bytes = parse_number<std::size_t>(request.parameter("cut_bytes"));
  return fault;
}

LokiFault LokiFaults::take() {
  if (due_.empty()) {
    return {};
  }
  LokiFault fault = due_.front().first;
  if (--due_.front().second <= 0) {
    due_.pop_front();
  }
  return fault;
}

std::optional<std::size_t> LokiFaults::take_cut() {
  const bool cuts = !due_.empty() && due_.front().first.cut_bytes;
  return cuts ? take().cut_bytes : std::nullopt;
}

}  // namespace supercargo::test
