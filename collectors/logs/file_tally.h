// What one output still has to do of one file, in raw bytes: the "pending" of the ledger.
//
// Part of a FileCursor, on the output's thread. A byte goes
//
//   unread -> open (in a record that waits for more) -> in flight -> settled
//
// or from unread to in flight at once. A rewind gives back what is open or in flight, and reading
// takes it again. Below `reached` a read meets lines that were given back, and lines of a stream
// that is ahead, which the reader skips: it tells their bytes, so that what was given back is known
// at every moment although its lines stand among others. Nothing here is counted per line but open
// pieces; a few additions a chunk.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>

namespace supercargo {

class FileTally {
 public:
  // Taken up at `offset`, but for `lagging` bytes below it that are not settled: lines of a stream
  // that lags behind the other.
  void begin(std::uint64_t offset, std::uint64_t lagging = 0) {
    *this = FileTally{};
    written_to_ = offset;
    reached_ = offset;
    given_back_ = lagging;
  }

  // The file has this size now. Returns by how much it is more than ever before.
  std::uint64_t grow_to(std::uint64_t size) {
    return size > written_to_ ? size - std::exchange(written_to_, size) : 0;
  }

  // Up to where what was written is counted, and reading may go.
  [[nodiscard]] std::uint64_t written_to() const { return written_to_; }

  // A read went on from `from` to `to`; `skipped` of these bytes belong to a stream that is ahead.
  // Returns how many more were there than had been given back: the file was rewritten meanwhile.
  std::uint64_t take(std::uint64_t from, std::uint64_t to, std::uint64_t skipped) {
    const std::uint64_t again = std::min(to, std::max(from, reached_)) - from - skipped;
    const std::uint64_t known = std::min(again, given_back_);
    given_back_ -= known;
    reached_ = std::max(reached_, to);
    taken_ += to - from - skipped;
    return again - known;
  }

  // A piece of an open record; and the record ends.
  void hold(std::uint64_t bytes) { open_ += bytes; }

  void release(std::uint64_t bytes) { open_ -= bytes; }

  // Bytes that went into a request since the last call: what was taken and is not open, and what
  // was open and is not any more. In flight from now on.
  std::uint64_t send() {
    const std::uint64_t sent = std::exchange(taken_, 0) + open_before_ - open_;
    open_before_ = open_;
    in_flight_ += sent;
    return sent;
  }

  void land(std::uint64_t bytes) { in_flight_ -= bytes; }

  void rewind() {
    given_back_ += in_flight_ + open_;
    in_flight_ = 0;
    open_ = 0;
    open_before_ = 0;
  }

  // What was not read, or given back, will never be read. Returns how much that is.
  std::uint64_t give_up() {
    const std::uint64_t bytes = to_read();
    reached_ = written_to_;
    given_back_ = 0;
    return bytes;
  }

  // What lies behind `size` will never be read. Returns how much of it pended. Requires: nothing is
  // open or in flight.
  std::uint64_t shrink_to(std::uint64_t size) {
    const std::uint64_t before = to_read();
    given_back_ -= std::min(given_back_, reached_ - std::min(reached_, size));
    reached_ = std::min(reached_, size);
    written_to_ = std::min(written_to_, size);
    return before - to_read();
  }

  // What was given back and is not there any more, now that reading stands at `from`, behind all of
  // it: the file was rewritten meanwhile.
  [[nodiscard]] std::uint64_t take_residue(std::uint64_t from) {
    return from < reached_ ? 0 : std::exchange(given_back_, 0);
  }

  // Pending, but for what is open or in flight.
  [[nodiscard]] std::uint64_t to_read() const { return written_to_ - reached_ + given_back_; }

  [[nodiscard]] std::uint64_t pending() const { return to_read() + open_ + in_flight_; }

 private:
  std::uint64_t written_to_ = 0;
  std::uint64_t reached_ = 0;     // one past the last byte that was ever read
  std::uint64_t given_back_ = 0;  // below reached_
  std::uint64_t open_ = 0;
  std::uint64_t in_flight_ = 0;
  std::uint64_t taken_ = 0;        // since the last send()
  std::uint64_t open_before_ = 0;  // at the last send()
};

}  // namespace supercargo
