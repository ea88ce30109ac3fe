#include "collectors/logs/chain_reader.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <unistd.h>
#include <xxhash.h>

namespace supercargo {
namespace {

constexpr std::array kStreams = {Stream::kStdout, Stream::kStderr};

constexpr std::size_t index(Stream stream) {
  return static_cast<std::size_t>(stream);
}

// Stable over restarts and copies of the file: the first line never changes once it is whole.
std::string make_id_prefix(const LogFile& file) {
  const ContainerInfo& container = *file.container();
  std::array<char, FileIdentity::kHeadBytes> head{};
  const ssize_t count = ::pread(file.fd(), head.data(), head.size(), 0);
  std::string_view first_line(head.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
  first_line = first_line.substr(0, first_line.find('\n'));
  return fmt::format("{}/{}/{}/{:016x}",
                     container.pod_uid.empty() ? container.container_id : container.pod_uid,
                     container.container,
                     container.restart,
                     XXH3_64bits(first_line.data(), first_line.size()));
}

}  // namespace

ChainReader::ChainReader(const std::string& key,
                         ChainOptions options,
                         std::shared_ptr<ContainerAccount> account,
                         Journal& journal)
    : options_(options),
      account_(std::move(account)),
      files_(key, account_, journal, options.settle_time),
      assembler_(options.max_line_bytes) {}

ChainReader::~ChainReader() {
  account_->pending_bytes.fetch_sub(published_pending_, std::memory_order_relaxed);
}

void ChainReader::observe(SteadyTime now) {
  if (files_.observe(now)) {
    rewind_all();
  }
  observe_open_records(now);
  if (readable_bytes() == 0) {
    readable_since_.reset();
  } else if (!readable_since_) {
    readable_since_ = now;
  }
}

// A runtime may end without the last piece: then what is there is the record.
void ChainReader::observe_open_records(SteadyTime now) {
  const bool open = assembler_.is_open(Stream::kStdout) || assembler_.is_open(Stream::kStderr);
  if (!open) {
    open_since_.reset();
    flush_due_ = false;
    return;
  }
  if (!open_since_) {
    open_since_ = now;
  }
  const bool idle = now - *open_since_ >= options_.partial_idle;
  flush_due_ = files_.readable_bytes() == 0 && (idle || files_.complete());
}

bool ChainReader::may_read(RequestId open_request, bool ordered) const {
  return ordered || in_flight_.empty() || in_flight_.back().request == open_request;
}

std::size_t ChainReader::read_chunk(const FileCursor& cursor,
                                    std::size_t max_bytes,
                                    std::string& bytes) const {
  // A line longer than the turn's share must still fit, with the frame around its text.
  constexpr std::size_t kFrame = std::size_t{64} << 10;
  const std::size_t longest = static_cast<std::size_t>(options_.max_line_bytes) + kFrame;
  const std::uint64_t from = cursor.read_from();
  auto want = static_cast<std::size_t>(std::min<std::uint64_t>(cursor.unread_bytes(), max_bytes));
  std::size_t used = 0;
  for (;;) {
    if (bytes.size() < want) {
      bytes.resize(want);
    }
    const ssize_t count = ::pread(
        cursor.file->fd(), bytes.data() + used, want - used, static_cast<off_t>(from + used));
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      return used;
    }
    const bool line_end =
        std::memchr(bytes.data() + used, '\n', static_cast<std::size_t>(count)) != nullptr;
    used += static_cast<std::size_t>(count);
    if (line_end || used >= longest) {
      return used;
    }
    want = std::min(longest, 2 * want + 4096);
  }
}

std::size_t ChainReader::read(RequestId request,
                              std::size_t max_bytes,
                              ReadScratch& scratch,
                              Sender& sender) {
  assembler_.start_chunk();
  chunk_amount_ = {};
  FileCursor* cursor = files_.next_to_read();
  std::size_t went_on = 0;
  if (cursor != nullptr) {
    const std::size_t used = read_chunk(*cursor, max_bytes, scratch.bytes);
    went_on = decode_chunk(*cursor, std::string_view(scratch.bytes).substr(0, used), scratch);
    open_since_.reset();
  } else if (flush_due_) {
    cursor = &files_.cursors().back();
    flush_open_records(scratch);
    went_on = 1;
  } else {
    return 0;
  }
  send_records(*cursor, scratch, sender);
  note_moves(request);
  if (readable_bytes() == 0) {
    readable_since_.reset();
  }
  return went_on;
}

// Takes every whole line of the chunk; a line without its end waits for the rest, unless no more
// will come.
std::size_t ChainReader::decode_chunk(FileCursor& cursor,
                                      std::string_view chunk,
                                      ReadScratch& scratch) {
  const std::uint64_t from = cursor.read_from();
  scratch.decoder.start(chunk.size());
  std::size_t at = 0;
  while (at < chunk.size()) {
    const std::size_t end = chunk.find('\n', at);
    const bool ended = end != std::string_view::npos;
    const bool too_long = at == 0 && !ended && chunk.size() > options_.max_line_bytes;
    const bool last = !ended && cursor.complete && from + chunk.size() >= cursor.file->size();
    if (!ended && !last && !too_long) {
      break;
    }
    const std::size_t next = ended ? end + 1 : chunk.size();
    if (too_long) {
      account_->truncated_lines.fetch_add(1, std::memory_order_relaxed);
    }
    take_line({&cursor, from + at, static_cast<std::uint32_t>(next - at)},
              chunk.substr(at, (ended ? end : next) - at),
              scratch);
    at = next;
  }
  if (at == 0) {
    cursor.tail_size = cursor.file->size();
  }
  for (std::uint64_t& position : cursor.position) {
    position = std::max(position, from + at);
  }
  account_->read_bytes.fetch_add(at, std::memory_order_relaxed);
  return at;
}

void ChainReader::take_line(const RawLine& raw, std::string_view text, ReadScratch& scratch) {
  const LogFormat format = raw.cursor->file->format();
  LogLine line;
  const bool own_time = format == LogFormat::kPlain || last_time_ns_ == 0;
  if (!scratch.decoder.decode(
          text, format, own_time ? unix_nanoseconds_now() : last_time_ns_, line)) {
    account_->malformed_lines.fetch_add(1, std::memory_order_relaxed);
  }
  if (raw.offset < raw.cursor->position[index(line.stream)]) {
    return;  // this stream has been here before: the other one lags behind
  }
  last_time_ns_ = line.time_ns;
  AssembledRecord assembled;
  if (assembler_.add(raw, line, assembled)) {
    take_record(raw.cursor, line.stream, assembled, scratch);
  }
}

void ChainReader::take_record(const FileCursor* current,
                              Stream stream,
                              const AssembledRecord& assembled,
                              ReadScratch& scratch) {
  account_sent(*assembled.begins_in, stream, assembled.record);
  if (assembled.begins_in == current) {
    scratch.records[index(stream)].push_back(assembled.record);
  } else {
    carried_.push_back({assembled, stream});
  }
}

void ChainReader::account_sent(FileCursor& cursor, Stream stream, const Record& record) {
  std::uint64_t& sent_end = cursor.sent_end[index(stream)];
  if (record.offset < sent_end) {
    account_->repeated_bytes.fetch_add(record.raw_bytes, std::memory_order_relaxed);
    account_->repeated_lines.fetch_add(record.raw_lines, std::memory_order_relaxed);
  } else {
    sent_end = record.offset + 1;
  }
  chunk_amount_.bytes += record.raw_bytes;
  chunk_amount_.lines += record.raw_lines;
}

void ChainReader::flush_open_records(ReadScratch& scratch) {
  flush_due_ = false;
  for (const Stream stream : kStreams) {
    if (assembler_.is_open(stream)) {
      account_->truncated_lines.fetch_add(1, std::memory_order_relaxed);
      take_record(nullptr, stream, assembler_.take(stream), scratch);
    }
  }
}

void ChainReader::send_records(FileCursor& cursor, ReadScratch& scratch, Sender& sender) {
  for (const Carried& carried : carried_) {
    send_batch(
        *carried.assembled.begins_in, carried.stream, {&carried.assembled.record, 1}, sender);
  }
  carried_.clear();
  for (const Stream stream : kStreams) {
    std::vector<Record>& records = scratch.records[index(stream)];
    if (!records.empty()) {
      send_batch(cursor, stream, records, sender);
      records.clear();
    }
  }
}

void ChainReader::send_batch(FileCursor& cursor,
                             Stream stream,
                             std::span<const Record> records,
                             Sender& sender) const {
  if (cursor.id_prefix.empty()) {
    cursor.id_prefix = make_id_prefix(*cursor.file);
  }
  const ContainerInfo& container = *cursor.file->container();
  sender.append(Batch{container, container.key, stream, cursor.id_prefix, records});
}

// Up to the position, or to the first piece of an open record.
std::uint64_t ChainReader::may_settle(FileCursor& cursor, Stream stream) const {
  if (assembler_.is_open(stream) && assembler_.first_piece(stream).cursor == &cursor) {
    return assembler_.first_piece(stream).offset;
  }
  return cursor.position[index(stream)];
}

// Notes what may be settled once the open request is. Where nothing of the chunk went into a
// request, it goes with the one before, or is settled at once when there is none: a quiet stream
// must not hold its offset back.
void ChainReader::note_moves(RequestId request) {
  const bool with_last =
      !in_flight_.empty() && (in_flight_.back().request == request || chunk_amount_.lines == 0);
  if (!with_last) {
    in_flight_.push_back(InFlight{request, {}, {}});
  }
  InFlight& current = in_flight_.back();
  for (FileCursor& cursor : files_.cursors()) {
    for (const Stream stream : kStreams) {
      const std::uint64_t to = may_settle(cursor, stream);
      if (to != cursor.moving_to[index(stream)]) {
        cursor.moving_to[index(stream)] = to;
        current.moves.push_back({&cursor, stream, to});
      }
    }
  }
  current.amount.bytes += chunk_amount_.bytes;
  current.amount.lines += chunk_amount_.lines;
  if (current.amount.lines == 0) {
    apply(current);
    in_flight_.pop_back();
  }
}

void ChainReader::apply(const InFlight& in_flight) {
  for (const Move& move : in_flight.moves) {
    files_.settle(*move.cursor, move.stream, move.to);
  }
}

void ChainReader::settle(RequestId request) {
  if (in_flight_.empty() || in_flight_.front().request != request) {
    return;
  }
  apply(in_flight_.front());
  account_->delivered_bytes.fetch_add(in_flight_.front().amount.bytes, std::memory_order_relaxed);
  account_->delivered_lines.fetch_add(in_flight_.front().amount.lines, std::memory_order_relaxed);
  in_flight_.pop_front();
}

void ChainReader::drop(RequestId request, std::string_view reason) {
  if (in_flight_.empty() || in_flight_.front().request != request) {
    return;
  }
  apply(in_flight_.front());
  account_->drop(reason, in_flight_.front().amount);
  in_flight_.pop_front();
}

void ChainReader::rewind(RequestId request) {
  // Requests after it carry later lines: an ordered transport fails as a whole.
  if (std::any_of(in_flight_.begin(), in_flight_.end(), [request](const InFlight& in_flight) {
        return in_flight.request == request;
      })) {
    rewind_all();
  }
}

// What is open is forgotten, too: its pieces will be read again.
void ChainReader::rewind_all() {
  in_flight_.clear();
  assembler_.forget();
  files_.rewind();
}

void ChainReader::publish_pending() {
  std::uint64_t pending = assembler_.open_bytes() + files_.unread_bytes();
  for (const InFlight& in_flight : in_flight_) {
    pending += in_flight.amount.bytes;
  }
  account_->pending_bytes.fetch_add(pending - published_pending_, std::memory_order_relaxed);
  published_pending_ = pending;
}

}  // namespace supercargo
