// From the bytes of a chunk to records in the sender's request: the part of a read that is done for
// each line. It stands in one file so that the compiler sees all of it.
#include <algorithm>
#include <utility>

#include "collectors/logs/chain_reader.h"
#include "collectors/logs/cursor_account.h"
#include "collectors/logs/file_identity.h"

namespace supercargo {
namespace {

constexpr std::array kStreams = {Stream::kStdout, Stream::kStderr};

constexpr std::size_t index(Stream stream) {
  return static_cast<std::size_t>(stream);
}

}  // namespace

// Takes every whole line of the chunk; a line without its end waits for the rest, unless no more
// will come.
void ChainReader::decode_chunk(FileCursor& cursor,
                               std::string_view chunk,
                               const LineLimits& limits,
                               ReadScratch& scratch) {
  const LogFormat format = cursor.file->format();
  const std::uint64_t from = cursor.read_from();
  const bool last = cursor.complete && from + chunk.size() >= cursor.file->size();
  scratch.decoder.start(chunk.size());
  std::uint64_t at = from;
  DecodedLine line;
  while (decode_first(chunk, format, limits, last, fallback_time(format), scratch.decoder, line)) {
    const std::size_t taken = take_line(cursor, at, line, scratch);
    chunk.remove_prefix(taken);
    at += taken;
  }
  for (std::uint64_t& position : cursor.position) {
    position = std::max(position, at);
  }
  account_.container().read_bytes.fetch_add(at - from, std::memory_order_relaxed);
  count_read(cursor, account_, from, at, std::exchange(skipped_, 0));
}

std::int64_t ChainReader::fallback_time(LogFormat format) const {
  const bool own_time = format == LogFormat::kPlain || last_time_ns_ == 0;
  return own_time ? unix_nanoseconds_now() : last_time_ns_;
}

// Returns the raw bytes that it took. Below its stream's position a line was seen before: the other
// stream lags behind. It may have grown since then (a last line without its end): what was added is
// a line of its own, as it is where nothing lags.
std::size_t ChainReader::take_line(FileCursor& cursor,
                                   std::uint64_t at,
                                   const DecodedLine& line,
                                   ReadScratch& scratch) {
  const std::uint64_t position = cursor.position[index(line.line.stream)];
  if (at < position) {
    const std::uint64_t skipped = std::min<std::uint64_t>(line.raw_bytes, position - at);
    skipped_ += skipped;
    return static_cast<std::size_t>(skipped);
  }
  take_decoded({&cursor, at, line.raw_bytes, line.cut}, line.line, line.well_formed, scratch);
  return line.raw_bytes;
}

void ChainReader::take_decoded(const RawLine& raw,
                               const LogLine& line,
                               bool well_formed,
                               ReadScratch& scratch) {
  last_time_ns_ = line.time_ns;
  if (!well_formed) {
    // Never a piece: what is open has lost its end (a writer or a host that died).
    if (assembler_.is_open(line.stream)) {
      end_open_record(raw.cursor, line.stream, scratch);
    }
    if (raw.offset >= raw.cursor->sent_end[index(line.stream)]) {
      account_.container().malformed_lines.fetch_add(1, std::memory_order_relaxed);
    }
  }
  AssembledRecord assembled;
  if (!line.partial && !assembler_.is_open(line.stream)) {
    take_record(raw.cursor, line.stream, whole_record(raw, line), scratch);
  } else if (assembler_.add(raw, line, scratch.joins, assembled)) {
    take_record(raw.cursor, line.stream, assembled, scratch);
  }
}

void ChainReader::take_record(const FileCursor* current,
                              Stream stream,
                              const AssembledRecord& assembled,
                              ReadScratch& scratch) {
  const Record& record = assembled.record;
  if (assembled.torn) {
    chunk_.torn += {record.raw_bytes, record.raw_lines};
    return;
  }
  const bool is_new = record.offset >= assembled.begins_in->sent_end[index(stream)];
  if (is_new && !limits_.admit(record.raw_bytes)) {
    chunk_.dropped += {record.raw_bytes, record.raw_lines};
    return;
  }
  const bool first_time = account_sent(*assembled.begins_in, stream, record);
  scratch.new_bytes += first_time ? record.raw_bytes : 0;
  if (first_time && assembled.cut) {
    account_.container().truncated_lines.fetch_add(1, std::memory_order_relaxed);
  }
  if (assembled.begins_in == current) {
    scratch.records[index(stream)].push_back(assembled.record);
  } else {
    carried_.push_back({assembled, stream});
  }
}

// False when it is a repeat.
bool ChainReader::account_sent(FileCursor& cursor, Stream stream, const Record& record) {
  chunk_.sent += {record.raw_bytes, record.raw_lines};
  std::uint64_t& sent_end = cursor.sent_end[index(stream)];
  if (record.offset >= sent_end) {
    sent_end = record.offset + 1;
    return true;
  }
  account_.container().repeated_bytes.fetch_add(record.raw_bytes, std::memory_order_relaxed);
  account_.container().repeated_lines.fetch_add(record.raw_lines, std::memory_order_relaxed);
  return false;
}

void ChainReader::end_open_record(const FileCursor* current, Stream stream, ReadScratch& scratch) {
  open_[index(stream)] = {};
  take_record(current, stream, assembler_.take(stream, scratch.joins), scratch);
}

void ChainReader::end_due_records(ReadScratch& scratch) {
  for (const Stream stream : kStreams) {
    if (open_[index(stream)].due && assembler_.is_open(stream)) {
      end_open_record(nullptr, stream, scratch);
    }
  }
}

// The last words of a container are not the beginning of what its restart says. (After a reload,
// files of one restart may have descriptions of their own.)
void ChainReader::end_records_of_others(const FileCursor& cursor, ReadScratch& scratch) {
  for (const Stream stream : kStreams) {
    if (!assembler_.is_open(stream)) {
      continue;
    }
    const FileCursor& begins_in = *assembler_.first_piece(stream).cursor;
    const bool other_restart =
        begins_in.file->container()->restart != cursor.file->container()->restart;
    if (other_restart || (cursor.after_gap && &begins_in != &cursor)) {
      end_open_record(nullptr, stream, scratch);
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
    cursor.id_prefix = make_id_prefix(cursor.bytes());
  }
  const ContainerInfo& container = *cursor.file->container();
  sender.append(Batch{container, container.key, stream, cursor.id_prefix, records, number_});
}

}  // namespace supercargo
