#include "collectors/logs/chain_flights.h"

#include <algorithm>

namespace supercargo {

bool ChainFlights::contains(RequestId request) const {
  return std::any_of(flights_.begin(), flights_.end(), [request](const Flight& flight) {
    return flight.request == request;
  });
}

std::uint64_t ChainFlights::bytes() const {
  std::uint64_t bytes = 0;
  for (const Flight& flight : flights_) {
    const Moved& amount = flight.amount;
    bytes += amount.sent.bytes + amount.dropped.bytes + amount.torn.bytes;
  }
  return bytes;
}

ChainFlights::Moved ChainFlights::note(RequestId request,
                                       const Moved& read,
                                       ChainFiles& files,
                                       const RecordAssembler& assembler) {
  const bool with_last =
      !flights_.empty() && (flights_.back().request == request || read.sent.lines == 0);
  if (!with_last) {
    flights_.push_back(Flight{request, {}, {}, {}});
  }
  Flight& flight = flights_.back();
  for (FileCursor& cursor : files.cursors()) {
    add_share(flight, cursor);
    for (const Stream stream : {Stream::kStdout, Stream::kStderr}) {
      const auto index = static_cast<std::size_t>(stream);
      const std::uint64_t to =
          assembler.first_open_offset(cursor, stream).value_or(cursor.position[index]);
      if (to != cursor.moving_to[index]) {
        cursor.moving_to[index] = to;
        flight.moves.push_back({&cursor, stream, to});
      }
    }
  }
  flight.amount.sent += read.sent;
  flight.amount.dropped += read.dropped;
  flight.amount.torn += read.torn;
  if (flight.amount.sent.lines > 0) {
    return {};
  }
  apply(flight, files);
  flights_.pop_back();
  return read;
}

void ChainFlights::add_share(Flight& flight, FileCursor& cursor) {
  const std::uint64_t sent = cursor.tally.send();
  if (sent == 0) {
    return;
  }
  const auto share =
      std::find_if(flight.shares.begin(), flight.shares.end(), [&cursor](const Share& known) {
        return known.cursor == &cursor;
      });
  if (share == flight.shares.end()) {
    flight.shares.push_back({&cursor, sent});
  } else {
    share->bytes += sent;
  }
}

std::optional<ChainFlights::Moved> ChainFlights::land(RequestId request, ChainFiles& files) {
  if (flights_.empty() || flights_.front().request != request) {
    return std::nullopt;
  }
  apply(flights_.front(), files);
  const Moved amount = flights_.front().amount;
  flights_.pop_front();
  return amount;
}

void ChainFlights::apply(const Flight& flight, ChainFiles& files) {
  for (const Move& move : flight.moves) {
    files.settle(*move.cursor, move.stream, move.to);
  }
  for (const Share& share : flight.shares) {
    share.cursor->tally.land(share.bytes);
  }
}

}  // namespace supercargo
