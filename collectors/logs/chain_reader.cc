#include "collectors/logs/chain_reader.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "agent/base/log.h"
#include "collectors/logs/cursor_account.h"
#include "collectors/logs/decoded_line.h"
#include "collectors/logs/file_identity.h"
#include "collectors/logs/line_chunk.h"

namespace supercargo {
namespace {

constexpr std::array kStreams = {Stream::kStdout, Stream::kStderr};

constexpr std::size_t index(Stream stream) {
  return static_cast<std::size_t>(stream);
}

}  // namespace

ChainReader::ChainReader(std::uint64_t number,
                         const std::string& key,
                         ChainOptions options,
                         std::shared_ptr<ContainerAccount> account,
                         Journal& journal,
                         InflaterPool& inflaters)
    : number_(number),
      options_(options),
      account_(std::move(account), key),
      files_(key, account_, journal, inflaters, options_),
      assembler_(options.max_line_bytes) {}

ChainReader::~ChainReader() {
  post_account();
}

void ChainReader::observe(SteadyTime now) {
  now_ = now;
  files_.observe(now);
  if (files_.has_lost_content() && flights_.empty()) {
    rewind_all();
    files_.replace_lost(now);
  }
  observe_open_records(now);
  if (readable_bytes() == 0) {
    readable_since_.reset();
  } else if (!readable_since_) {
    readable_since_ = now;
  }
}

// A runtime may end without the last piece: then what is there is the record. While there are
// unread lines, the last piece may be among them.
void ChainReader::observe_open_records(SteadyTime now) {
  const bool drained =
      files_.readable_bytes() == 0 && !files_.has_lost_content() && !files_.misses_file();
  for (const Stream stream : kStreams) {
    OpenRecord& open = open_[index(stream)];
    const std::uint64_t raw_bytes = assembler_.open_bytes(stream);
    if (raw_bytes != open.raw_bytes) {
      open.raw_bytes = raw_bytes;
      open.unchanged_since = now;
    }
    const bool idle = now - open.unchanged_since >= options_.partial_idle;
    open.due = raw_bytes > 0 && drained && (idle || files_.complete());
  }
}

bool ChainReader::may_read(RequestId open_request, bool ordered) const {
  return ordered || flights_.only_in(open_request);
}

std::size_t ChainReader::read(RequestId request,
                              std::size_t max_bytes,
                              ReadScratch& scratch,
                              Sender& sender) {
  scratch.joins.texts.clear();
  scratch.new_bytes = 0;
  chunk_amount_ = {};
  chunk_dropped_ = {};
  FileCursor* cursor = files_.next_to_read();
  std::vector<std::shared_ptr<const UniqueFd>> held;
  if (!files_.hold_parked(held)) {
    return 0;
  }
  std::size_t went_on = 0;
  if (cursor != nullptr) {
    end_records_of_others(*cursor, scratch);
    went_on = read_lines(*cursor, max_bytes, scratch);
  } else if (open_[0].due || open_[1].due) {
    cursor = &files_.cursors().back();
    end_due_records(scratch);
    went_on = 1;
  } else {
    return 0;
  }
  send_records(*cursor, scratch, sender);
  count_dropped(flights_.note(request, {chunk_amount_, chunk_dropped_}, files_, assembler_));
  if (readable_bytes() == 0) {
    readable_since_.reset();
  }
  return std::max(went_on, std::size_t{chunk_amount_.lines > 0 ? 1U : 0U});
}

// Reads at least one whole line, also when it is longer than the turn's share. Returns by how much
// the cursor went on.
std::size_t ChainReader::read_lines(FileCursor& cursor,
                                    std::size_t max_bytes,
                                    ReadScratch& scratch) {
  const LineLimits limits = line_limits(cursor.file->format(), options_.max_line_bytes);
  const std::uint64_t from = cursor.read_from();
  if (cursor.unread_bytes() <= max_bytes) {
    (void)ChainFiles::has_more(cursor);
  }
  files_.count_written(cursor, cursor.file->size(), now_);
  if (cursor.skip_unreadable()) {
    return static_cast<std::size_t>(cursor.read_from() - from);
  }
  const std::uint64_t end = cursor.read_to();
  const auto unread = static_cast<std::size_t>(end - std::min(end, from));
  const ChunkRead chunk = read_chunk(cursor.bytes(),
                                     from,
                                     std::min(unread, max_bytes),
                                     std::min(unread, limits.raw_bytes + 1),
                                     scratch.bytes);
  cursor.read_failed = chunk.failed && chunk.error_number != 0;
  if (chunk.failed) {
    skip_unreadable(cursor, chunk.error_number);
    return 0;
  }
  if (!files_.still_holds(cursor)) {
    return 0;
  }
  std::string_view lines = std::string_view(scratch.bytes).substr(0, chunk.bytes);
  if (const std::size_t first = lines.find('\n'); max_bytes == 1 && first < lines.size()) {
    lines = lines.substr(0, first + 1);  // one line, and no more
  }
  decode_chunk(cursor, lines, limits, scratch);
  cursor.tail_size = from + lines.size();
  return static_cast<std::size_t>(cursor.read_from() - from);
}

// The file became shorter than at the last look, which the next observe() will see, or the disk
// refuses: then it is tried again when the file grows, or given up when it cannot.
void ChainReader::skip_unreadable(FileCursor& cursor, int error_number) {
  if (error_number == EAGAIN) {
    return;  // parked, and not to be opened now: see ParkableFd
  }
  cursor.tail_size = cursor.file->size_now();
  const bool may_change = error_number == 0 && !cursor.file->compressed();
  if (may_change || !cursor.complete) {
    return;
  }
  const std::uint64_t lost = count_unreadable(cursor, account_);
  log_error("Log file cannot be read: its rest is lost.",
            {{"inode", cursor.file->inode()}, {"errno", error_number}, {"bytes", lost}});
}

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
  const bool is_new = record.offset >= assembled.begins_in->sent_end[index(stream)];
  if (is_new && !limits_.admit(record.raw_bytes)) {
    chunk_dropped_.bytes += record.raw_bytes;
    chunk_dropped_.lines += record.raw_lines;
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
  chunk_amount_.bytes += record.raw_bytes;
  chunk_amount_.lines += record.raw_lines;
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

void ChainReader::settle(RequestId request, std::span<const Outcome::Refusal> refused) {
  if (const std::optional<ChainFlights::Moved> moved = flights_.land(request, files_)) {
    Amount delivered = moved->sent;
    for (const Outcome::Refusal& refusal : refused) {
      const Amount amount{std::min(refusal.amount.bytes, delivered.bytes),
                          std::min(refusal.amount.lines, delivered.lines)};
      delivered.bytes -= amount.bytes;
      delivered.lines -= amount.lines;
      account_.drop(refusal.reason, amount);
    }
    account_.deliver(delivered);
    count_dropped(moved->dropped);
  }
}

void ChainReader::drop(RequestId request, std::string_view reason) {
  if (const std::optional<ChainFlights::Moved> moved = flights_.land(request, files_)) {
    account_.drop(reason, moved->sent);
    count_dropped(moved->dropped);
  }
}

// Only once a cursor has moved over it: until then it may be read again, and be sent.
void ChainReader::count_dropped(Amount amount) {
  if (amount.lines > 0) {
    account_.drop("rate_limit", amount);
  }
}

void ChainReader::rewind(RequestId request) {
  // Requests after it carry later lines: an ordered transport fails as a whole.
  if (flights_.contains(request)) {
    rewind_all();
  }
}

// What is open is forgotten, too: its pieces will be read again.
void ChainReader::rewind_all() {
  flights_.forget();
  assembler_.forget();
  files_.rewind();
}

// What is open or in flight is told by its records, what is to be read by the files' ranges, and
// what was settled by the records again: a line that goes astray between them is a difference.
void ChainReader::post_account() {
  account_.post(bytes_to_read(files_.cursors()) + assembler_.open_bytes() + flights_.bytes(),
                oldest_pending(files_.cursors()));
}

}  // namespace supercargo
