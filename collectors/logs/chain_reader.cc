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

// An output turns once a second at least, and discovery does: after that long without a turn, all
// that time tells is that the process was frozen, or starved.
constexpr Milliseconds kStoodStill{2'500};

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
  const bool stood_still = now - std::exchange(now_, now) > kStoodStill;
  files_.observe(now);
  if (files_.has_lost_content() && flights_.empty()) {
    rewind_all();
    files_.replace_lost(now);
  }
  observe_open_records(now, stood_still);
  if (readable_bytes() == 0) {
    readable_since_.reset();
  } else if (!readable_since_) {
    readable_since_ = now;
  }
}

// A runtime may end without the last piece: then what is there is the record. While there are
// unread lines, the last piece may be among them; while the output drains, it may come behind what
// is read, and be joined by the next life. What came while the agent stood still was not looked for
// yet.
void ChainReader::observe_open_records(SteadyTime now, bool stood_still) {
  const bool drained =
      files_.readable_bytes() == 0 && !files_.has_lost_content() && !files_.misses_file();
  for (const Stream stream : kStreams) {
    OpenRecord& open = open_[index(stream)];
    const std::uint64_t raw_bytes = assembler_.open_bytes(stream);
    if (raw_bytes != open.raw_bytes || stood_still) {
      open.raw_bytes = raw_bytes;
      open.unchanged_since = now;
    }
    const bool idle = !draining_ && now - open.unchanged_since >= options_.partial_idle;
    open.due = raw_bytes > 0 && drained && (files_.complete() || (idle && !files_.has_grown()));
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
  chunk_ = {};
  FileCursor* cursor = files_.next_to_read();
  std::vector<std::shared_ptr<const UniqueFd>> held;
  if (!files_.hold_parked(held)) {
    return 0;
  }
  std::size_t went_on = 0;
  if (cursor != nullptr && !files_.may_inflate(*cursor)) {
    return 0;
  }
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
  count_not_sent(flights_.note(request, chunk_, files_, assembler_));
  if (readable_bytes() == 0) {
    readable_since_.reset();
  }
  return std::max(went_on, std::size_t{chunk_.sent.lines > 0 ? 1U : 0U});
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
  if (const std::size_t first = lines.find('\n'); first < lines.size() && first >= max_bytes) {
    lines = lines.substr(0, first + 1);  // it is above the bound: alone then
  }
  decode_chunk(cursor, lines, limits, scratch);
  cursor.tail_size = from + lines.size();
  files_.note_inflated(cursor);
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
    count_not_sent(*moved);
  }
}

void ChainReader::drop(RequestId request, std::string_view reason) {
  if (const std::optional<ChainFlights::Moved> moved = flights_.land(request, files_)) {
    account_.drop(reason, moved->sent);
    count_not_sent(*moved);
  }
}

// Only once a cursor has moved over it: until then it may be read again, and be sent.
void ChainReader::count_not_sent(const ChainFlights::Moved& moved) {
  if (moved.dropped.lines > 0) {
    account_.drop("rate_limit", moved.dropped);
  }
  if (moved.torn.lines > 0) {
    account_.lose("truncated", moved.torn);
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
