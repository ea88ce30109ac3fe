// Where an output's records come from: the cursors of that output over all log files.
//
// One RecordSource an output, owned and called by that output's thread only. It remembers which
// byte ranges went into which request, and moves its cursors when the request is settled.
// collectors/logs implements it; tests fake it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "agent/base/clock.h"
#include "agent/pipeline/sender.h"

namespace supercargo {

struct Backlog {
  std::uint64_t readable_bytes = 0;  // not yet read, of files that may be read now
  std::optional<SteadyTime> oldest;  // since when the oldest of them waits
  // Not counted above: a rate limit holds them back.
  std::uint64_t delayed_bytes = 0;
  // When to look again although nothing has happened: a limit allows more then.
  std::optional<SteadyTime> look_at;

  [[nodiscard]] std::uint64_t all_bytes() const { return readable_bytes + delayed_bytes; }
};

class RecordSource {
 public:
  RecordSource() = default;
  RecordSource(const RecordSource&) = delete;
  RecordSource& operator=(const RecordSource&) = delete;
  virtual ~RecordSource() = default;

  // Takes over what discovery has found since the last call, and tells what waits and may be read
  // now: while lines of a file are in flight, only an `ordered` transport may take more of it.
  virtual Backlog refresh(SteadyTime now, bool ordered) = 0;

  // Lets the next file in turn add its fair share (at most `max_bytes` raw bytes) to the sender's
  // open request, which will get the id `request`; at least one line, and no more when `max_bytes`
  // is 1. Returns the raw bytes read; 0 when no file can be read now.
  virtual std::size_t read_turn(RequestId request, std::size_t max_bytes, Sender& sender) = 0;

  // The end is near: what comes from now on is left to the next start, or nothing would ever be
  // drained while containers write.
  virtual void begin_drain(SteadyTime now) = 0;

  // The chains of a request that have a fate of their own; called before the fate of the others.
  virtual void settle_parts(RequestId request,
                            std::span<const Outcome::Part> parts,
                            SteadyTime now) = 0;

  // What became of a request that read_turn has put records into.
  virtual void settle(RequestId request) = 0;  // delivered: cursors move
  virtual void rewind(RequestId request) = 0;  // failed: its files are read again
  virtual void drop(RequestId request,
                    std::string_view reason) = 0;  // never accepted: counted, cursors move

  // Each turn: whether the loop does not read now, because the receiver has enough to do, or is to
  // be left alone for a while.
  virtual void note_hold(bool held) { (void)held; }

  // Appends moved cursors to the journal when that is due, or at once when `force` (shutdown).
  virtual void save(SteadyTime now, bool force) = 0;
};

}  // namespace supercargo
