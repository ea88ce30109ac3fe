// How a new output reads what it finds at its first look: after a random wait, and smoothed, so
// that a fleet that is installed at once does not hit its receivers with everything its nodes hold.
//
// Owned by a LogReader, on its output's thread. Over for good once the output has caught up; an
// output that is not new has none.
#pragma once

#include <cstdint>
#include <optional>

#include "agent/base/clock.h"
#include "agent/config/agent_config.h"
#include "agent/pipeline/record_source.h"
#include "collectors/logs/token_bucket.h"

namespace supercargo {

class FirstRead {
 public:
  // `random` decides how much of the jitter it is.
  FirstRead(const FirstReadConfig& config, std::uint64_t random);

  // The first look, which found so much.
  void begin(SteadyTime now, std::uint64_t backlog_bytes);

  [[nodiscard]] bool begun() const { return begun_; }

  [[nodiscard]] SteadyTime starts_at() const { return starts_at_; }

  // Holds back from `backlog` what may not be read yet. `unread_bytes`: of all files, also of those
  // that may not be read now for another reason.
  void look(SteadyTime now, std::uint64_t unread_bytes, Backlog& backlog);

  // How much may be read now.
  [[nodiscard]] std::uint64_t allowance() const;

  // So much was read for the first time.
  void took(std::uint64_t bytes);

 private:
  [[nodiscard]] std::optional<SteadyTime> delayed_until() const;

  const Milliseconds jitter_;
  const std::uint64_t rate_;
  std::optional<TokenBucket> bucket_;  // none: no limit, or it is over
  bool begun_ = false;
  SteadyTime starts_at_{};
  SteadyTime now_{};              // of the last look
  SteadyTime delayed_at_{};       // the last look at which it held something back
  std::uint64_t left_bytes_ = 0;  // of what the first look found
};

}  // namespace supercargo
