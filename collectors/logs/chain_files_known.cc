// Which file a listed one is: one that the journal knows by its inode or by its content, a copy of
// one that is read, or a new one.
#include <algorithm>
#include <utility>

#include "agent/base/log.h"
#include "collectors/logs/chain_files.h"
#include "collectors/logs/cursor_account.h"
#include "collectors/logs/file_identity.h"

namespace supercargo {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

std::int64_t unix_seconds_now() {
  return unix_nanoseconds_now() / 1'000'000'000;
}

}  // namespace

bool ChainFiles::find_by_inode(const LogChain& chain,
                               const std::shared_ptr<LogFile>& file,
                               SteadyTime now) {
  const LogBytes content(*file, inflaters_);
  const std::optional<JournaledFiles::Found> found = journaled_.by_inode(content);
  if (!found) {
    return false;
  }
  FileCursor& cursor = insert(position_of(chain, *file), file, now);
  if (found->fit == InodeFit::kSame) {
    resume(cursor, found->number);
  } else if (found->fit == InodeFit::kShorter && journal_.rebooted() && !found->closed_here) {
    log_warn("Log file is shorter than before the host's restart: going on at its end.",
             {{"chain", key_}, {"inode", file->inode()}});
    account_.gap("host_lost_tail");
    journal_.forget(found->number);
    start_new(cursor, file->size());
  } else {
    account_.gap("truncated");
    journaled_.expect_copy(found->number);
    start_new(cursor, 0);
  }
  return true;
}

bool ChainFiles::find_by_content(const LogChain& chain,
                                 const std::shared_ptr<LogFile>& file,
                                 SteadyTime now) {
  const LogBytes content(*file, inflaters_);
  if (const auto number = journaled_.by_content(content)) {
    resume(insert(position_of(chain, *file), file, now), *number);
    return true;
  }
  if (journaled_.is_closed(content)) {
    file->mark_finished(file->size());
    set_aside(file);
    return true;
  }
  if (FileCursor* const original = original_of(content)) {
    original->copy = file;
    original->file->marks().copied(&journal_, true);
    original->copy_size = file->size();
    set_aside(file);
    if (original->finished) {
      file->mark_finished(file->size());
    }
    return true;
  }
  return false;
}

// The file that is being read of which this one is a copy.
FileCursor* ChainFiles::original_of(const LogBytes& copy) {
  for (FileCursor& cursor : cursors_) {
    refresh_identity(cursor);  // it may have been empty when it was found
    if (!copy.file().current() && !cursor.copy &&
        has_content_of(journal_.entries().at(cursor.number), copy)) {
      return &cursor;
    }
  }
  return nullptr;
}

void ChainFiles::resume(FileCursor& cursor, Journal::FileNumber number) {
  const journal::Entry& entry = journal_.entries().at(number);
  journal_.claim(number);
  cursor.number = number;
  cursor.identity = entry.identity;
  cursor.settled = entry.settled;
  cursor.sent_end = entry.settled;
  cursor.rewind();
  if (cursor.identity.inode != cursor.file->inode()) {
    cursor.identity.inode = cursor.file->inode();
    cursor.identity.birth_ns = cursor.file->birth_ns();
    journal_.set_identity(number, cursor.identity);
  }
  if (entry.seen_unix_seconds + kDaySeconds < unix_seconds_now()) {
    journal_.set_seen(number, unix_seconds_now());
  }
  count_resumed(cursor, account_, options_.max_line_bytes);
  count_written(cursor, cursor.last_size, cursor.unchanged_since);
  tell_settled(cursor);
}

void ChainFiles::start_new(FileCursor& cursor, std::uint64_t begin) {
  cursor.identity = new_identity(*cursor.file);
  cursor.start_at(begin);
  cursor.tally.begin(begin);
  cursor.number = journal_.add({key_, cursor.identity, cursor.settled, unix_seconds_now()});
  count_written(cursor, cursor.last_size, cursor.unchanged_since);
  refresh_identity(cursor);
  tell_settled(cursor);
}

}  // namespace supercargo
