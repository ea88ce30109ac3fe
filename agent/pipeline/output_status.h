// What the status page, the ledger and `./dev run` say of one output: a snapshot by value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace supercargo {

struct OutputStatus {
  enum class State : std::uint8_t { kIdle, kSending, kRetrying, kStopped };
  std::string name;
  std::string type;         // loki, gelf, stdout
  std::string destination;  // for people, without credentials
  State state = State::kIdle;
  std::string last_error;  // empty after a success
  std::uint64_t requests_in_flight = 0;
  std::uint64_t pending_bytes = 0;  // raw bytes of log files not yet settled
  double oldest_pending_seconds = 0;
  std::uint64_t delivered_bytes = 0;  // raw
  std::uint64_t delivered_lines = 0;
  std::uint64_t dropped_lines = 0;
};

[[nodiscard]] constexpr std::string_view output_state_name(OutputStatus::State state) {
  switch (state) {
    case OutputStatus::State::kIdle:
      return "idle";
    case OutputStatus::State::kSending:
      return "sending";
    case OutputStatus::State::kRetrying:
      return "retrying";
    case OutputStatus::State::kStopped:
      break;
  }
  return "stopped";
}

}  // namespace supercargo
