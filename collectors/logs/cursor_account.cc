#include "collectors/logs/cursor_account.h"

#include <algorithm>
#include <vector>

#include "collectors/logs/decoded_line.h"
#include "collectors/logs/file_identity.h"

namespace supercargo {
namespace {

std::uint64_t count_line_ends(const LogBytes& content, std::uint64_t from, std::uint64_t to) {
  std::vector<char> chunk(std::size_t{256} << 10);
  std::uint64_t lines = 0;
  while (from < to) {
    const std::size_t wanted = std::min<std::uint64_t>(chunk.size(), to - from);
    const ssize_t count = content.read(chunk.data(), wanted, from);
    if (count <= 0) {
      break;
    }
    lines += static_cast<std::uint64_t>(std::count(chunk.data(), chunk.data() + count, '\n'));
    from += static_cast<std::uint64_t>(count);
  }
  return lines;
}

}  // namespace

// Where one stream lags behind, its lines stand among those of the other that are settled: they are
// looked up, once.
void count_resumed(FileCursor& cursor, ChainAccount& account, std::uint64_t max_line_bytes) {
  const auto [behind, ahead] = std::minmax_element(cursor.settled.begin(), cursor.settled.end());
  std::uint64_t lagging = 0;
  if (*behind < *ahead && *ahead <= cursor.file->size()) {
    const auto stream = static_cast<Stream>(behind - cursor.settled.begin());
    lagging = stream_bytes(cursor.bytes(), stream, *behind, *ahead, max_line_bytes);
    account.write(lagging);
    cursor.growth.note(*ahead, cursor.unchanged_since);
  }
  cursor.tally.begin(*ahead, lagging);
}

std::uint64_t count_unwanted(const FileCursor& cursor,
                             ChainAccount& account,
                             std::int64_t old_before_ns) {
  const LogFile& file = *cursor.file;
  const bool skipped = file.from_end() && file.stands_since_ns() < old_before_ns;
  const std::uint64_t end = skipped || file.too_old() ? last_line_end(cursor.bytes()) : 0;
  if (end == 0) {
    return 0;
  }
  account.write(end);
  if (skipped) {
    account.drop("start_at_end", {end, 0});
  } else {
    account.drop("max_age", {end, 0});
  }
  return end;
}

bool count_growth(FileCursor& cursor, ChainAccount& account, std::uint64_t size, SteadyTime now) {
  const std::uint64_t grown = cursor.tally.grow_to(size);
  if (grown == 0) {
    return false;
  }
  account.write(grown);
  cursor.growth.note(size, now);
  return true;
}

// A file that was rewritten in place, and is as long as before, cannot be told from another; but
// when it is read again, lines that were there are missing, or there are others.
void count_read(FileCursor& cursor,
                ChainAccount& account,
                std::uint64_t from,
                std::uint64_t to,
                std::uint64_t skipped) {
  if (const std::uint64_t more = cursor.tally.take(from, to, skipped)) {
    account.write(more);
  }
  if (const std::uint64_t gone = cursor.tally.take_residue(cursor.read_from())) {
    account.lose("rewritten", {gone, 0});
    account.gap("rewritten");
  }
}

void note_truncated(FileCursor& cursor, ChainAccount& account, std::uint64_t size) {
  if (cursor.content == Content::kThere) {
    account.gap("truncated");
  }
  cursor.content = Content::kTruncated;
  cursor.last_size = size;
}

void count_truncated(FileCursor& cursor, ChainAccount& account, std::uint64_t to) {
  if (const std::uint64_t lost = cursor.tally.shrink_to(to)) {
    account.lose("truncated", {lost, 0});
  }
}

std::uint64_t count_unreadable(FileCursor& cursor, ChainAccount& account) {
  const std::uint64_t lost = cursor.tally.give_up();
  account.lose("read_error", {lost, 0});
  cursor.unreadable_from = std::min(cursor.unreadable_from, cursor.read_from());
  cursor.unreadable_to = cursor.tally.written_to();
  cursor.skip_unreadable();
  return lost;
}

std::uint64_t count_deleted(FileCursor& cursor, ChainAccount& account) {
  const bool released = cursor.file->released();
  const std::uint64_t to = cursor.tally.written_to();
  const std::uint64_t lines =
      released ? count_line_ends(cursor.bytes(), cursor.read_from(), to) : 0;
  const std::uint64_t lost = cursor.tally.give_up();
  if (!released) {
    account.gap("deleted_unopened");  // it may have grown since the last look
  }
  if (lost > 0 && released) {
    account.lose("deleted_budget", {lost, lines});
  } else if (lost > 0) {
    account.lose("deleted_unopened", {lost, lines});
  }
  return lost;
}

void count_after_release(FileCursor& cursor, ChainAccount& account, std::uint64_t size) {
  const std::uint64_t from = cursor.tally.written_to();
  if (const std::uint64_t grown = cursor.tally.grow_to(size)) {
    account.write(grown);
    account.lose("deleted_budget", {grown, count_line_ends(cursor.bytes(), from, size)});
    (void)cursor.tally.give_up();
  }
}

std::uint64_t bytes_to_read(const std::list<FileCursor>& cursors) {
  std::uint64_t bytes = 0;
  for (const FileCursor& cursor : cursors) {
    bytes += cursor.tally.to_read();
  }
  return bytes;
}

std::optional<SteadyTime> oldest_pending(std::list<FileCursor>& cursors) {
  std::optional<SteadyTime> oldest;
  for (FileCursor& cursor : cursors) {
    if (cursor.tally.pending() == 0) {
      continue;
    }
    const std::uint64_t settled = *std::min_element(cursor.settled.begin(), cursor.settled.end());
    if (const std::optional<SteadyTime> since = cursor.growth.since(settled)) {
      oldest = std::min(oldest.value_or(*since), *since);
    }
  }
  return oldest;
}

}  // namespace supercargo
