// A watchdog over an output's files: one that has bytes which nobody reads is named.
//
// Owned by a LogReader, on its output's thread. It looks at the disk itself, not at what discovery
// says, so a file that discovery overlooks is found, too. A file that waits for the receiver or for
// a rate limit does not stall; nor does the beginning of a line that has no end yet.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/base/self_metrics.h"
#include "collectors/logs/chain_turns.h"

namespace supercargo {

class StallWatch {
 public:
  StallWatch(std::string output, Milliseconds stalled_after, SelfMetrics& metrics);

  // Whether nothing may be read now: the receiver has enough to do, or a limit holds all of it
  // back.
  void note_hold(bool held) { held_ = held_ || held; }

  // Every few seconds, or it does nothing.
  void look(std::span<ChainTurns::Member* const> members, SteadyTime now);

 private:
  void look_at_file(const ChainTurns::Member& member, FileCursor& cursor, SteadyTime now);
  void report(const std::string& chain, const FileCursor& cursor, SteadyTime now);

  const std::string output_;
  const SteadyTime::duration stalled_after_;
  prometheus::Gauge& stalled_files_;
  LogLimiter log_;
  SteadyTime last_look_{};
  bool held_ = false;                  // since the last look
  SteadyTime::duration free_time_{0};  // in which all could have been read
  std::uint64_t count_ = 0;            // of this look
};

}  // namespace supercargo
