// What of one chain is in flight: which cursors move how far once a request is settled.
//
// Owned by a ChainReader, on the output's thread. A quiet stream must not hold its offset back, so
// every read notes how far both streams of every file may be settled, also where it sent nothing.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "agent/pipeline/ledger.h"
#include "agent/pipeline/sender.h"
#include "collectors/logs/chain_files.h"
#include "collectors/logs/record_assembler.h"

namespace supercargo {

class ChainFlights {
 public:
  [[nodiscard]] bool empty() const { return flights_.empty(); }

  // True when nothing is in flight but in this request, which is still open.
  [[nodiscard]] bool only_in(RequestId open_request) const {
    return flights_.empty() || flights_.back().request == open_request;
  }

  [[nodiscard]] bool contains(RequestId request) const;

  // Raw bytes in flight, and those among them that are not sent.
  [[nodiscard]] std::uint64_t bytes() const;

  // What cursors have moved over.
  struct Moved {
    Amount sent;
    Amount dropped;  // by a rate limit: read, and not sent
    Amount torn;     // records that could not be put together
  };

  // After a read that put `read.sent` into the open request: notes how far the cursors may move.
  // Where it sent nothing, they move with the request before, or at once when there is none. What
  // they have moved over already.
  Moved note(RequestId request,
             const Moved& read,
             ChainFiles& files,
             const RecordAssembler& assembler);

  // Moves the cursors of a request and forgets it. What it held, or nothing when it is not the
  // oldest one in flight.
  std::optional<Moved> land(RequestId request, ChainFiles& files);

  // All of it will be read again.
  void forget() { flights_.clear(); }

 private:
  struct Move {
    FileCursor* cursor;
    Stream stream;
    std::uint64_t to;
  };

  struct Share {  // of the bytes of a flight
    FileCursor* cursor;
    std::uint64_t bytes;
  };

  struct Flight {
    RequestId request;
    std::vector<Move> moves;
    std::vector<Share> shares;
    Moved amount;
  };

  static void add_share(Flight& flight, FileCursor& cursor);

  static void apply(const Flight& flight, ChainFiles& files);

  std::deque<Flight> flights_;  // in the order they were sent
};

}  // namespace supercargo
