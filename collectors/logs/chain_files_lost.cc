// What becomes of content that was not settled yet and cannot be read any more: it was cut,
// deleted, or must be let go of. A copy has it, or it is lost.
#include <algorithm>
#include <utility>

#include "agent/base/log.h"
#include "collectors/logs/chain_files.h"
#include "collectors/logs/cursor_account.h"

namespace supercargo {

// What was packed when nobody had it open is lost only when its .gz does not turn up: that may not
// have been listed yet, or wait for a descriptor.
void ChainFiles::observe_deleted(FileCursor& cursor, SteadyTime now) {
  if (cursor.finished) {
    if (cursor.file->released()) {
      lose_growth(cursor, cursor.file->size());
    }
    return;
  }
  if (cursor.file->gone() && !cursor.gone_since) {
    cursor.gone_since = now;
  }
  const bool may_come =
      cursor.gone_since && (unknown_waits_ || now - *cursor.gone_since < options_.settle_time);
  if (cursor.copy || !may_come) {
    cursor.content = Content::kDeleted;
  }
}

bool ChainFiles::has_lost_content() const {
  return std::any_of(cursors_.begin(), cursors_.end(), [](const FileCursor& cursor) {
    return cursor.content != Content::kThere;
  });
}

void ChainFiles::replace_lost(SteadyTime now) {
  for (auto cursor = cursors_.begin(); cursor != cursors_.end();) {
    const Position lost = cursor++;
    if (lost->content == Content::kTruncated) {
      replace_truncated(lost, now);
    } else if (lost->content == Content::kDeleted) {
      replace_deleted(*lost, now);
      if (lost->finished && cursor != cursors_.end()) {
        cursor->after_gap = true;
      }
    }
  }
}

// What is in the file now is new. What was in it is read from a copy, if one was made; else what
// was seen of it is lost. What stood between the last look and the cut nobody can know.
void ChainFiles::replace_truncated(Position cursor, SteadyTime now) {
  const std::shared_ptr<LogFile> file = cursor->file;
  log_warn("Log file was truncated: reading it from its start.",
           {{"chain", key_}, {"inode", file->inode()}, {"copied", cursor->copy != nullptr}});
  const Position after = std::next(cursor);
  const bool copied = cursor->copy != nullptr;
  if (copied) {
    switch_to_copy(*cursor, now);
  } else {
    count_truncated(*cursor, account_, /*to=*/0);
    journaled_.expect_copy(cursor->number);
    cursors_.erase(cursor);
  }
  FileCursor& fresh = insert(after, file, now);
  fresh.after_gap = !copied;
  start_new(fresh, 0);
}

// The rest is read from a copy, or lost.
void ChainFiles::replace_deleted(FileCursor& cursor, SteadyTime now) {
  if (cursor.copy) {
    cursor.file->mark_finished(cursor.last_size);
    set_aside(cursor.file);  // it may be listed for a while
    switch_to_copy(cursor, now);
    return;
  }
  if (cursor.file->released()) {
    see_last_growth(cursor, now);
  }
  if (const std::uint64_t lost = count_deleted(cursor, account_); lost > 0) {
    log_warn("A deleted log file cannot be read any more: what was not delivered of it is lost.",
             {{"output", account_.container().output}, {"chain", key_}, {"bytes", lost}});
  }
  cursor.content = Content::kThere;
  for (const Stream stream : {Stream::kStdout, Stream::kStderr}) {
    settle(cursor, stream, cursor.tally.written_to());
  }
  cursor.rewind();
  cursor.limit = std::min(cursor.limit, cursor.read_from());
  cursor.complete = true;
  finish(cursor);
}

// What a writer that still has the file adds once nobody holds it any more cannot be known.
void ChainFiles::see_last_growth(FileCursor& cursor, SteadyTime now) {
  const std::uint64_t size = cursor.file->size_now();
  (void)count_growth(cursor, account_, size, now);
  if (size != cursor.last_size || now - cursor.unchanged_since < options_.settle_time) {
    account_.gap("deleted_budget");
  }
}

// The file was let go of, and is written to still: its last line may stand in it by half, and
// nothing of it is read any more.
void ChainFiles::lose_growth(FileCursor& cursor, std::uint64_t size) {
  cursor.limit = std::min(cursor.limit, cursor.read_from());
  count_after_release(cursor, account_, size);
}

void ChainFiles::switch_to_copy(FileCursor& cursor, SteadyTime now) {
  cursor.file = std::exchange(cursor.copy, nullptr);
  take_back(*cursor.file);
  cursor.content = Content::kThere;
  cursor.gone_since.reset();
  cursor.last_size = cursor.file->size();
  cursor.unchanged_since = now;
  count_truncated(cursor, account_, cursor.last_size);
  if (cursor.identity.head_bytes > cursor.last_size) {
    cursor.identity = new_identity(*cursor.file);
  }
  cursor.identity.inode = cursor.file->inode();
  cursor.identity.birth_ns = cursor.file->birth_ns();
  journal_.set_identity(cursor.number, cursor.identity);
  // What was delivered behind the copy's end is not in it: an offset there is none of its own.
  for (const Stream stream : {Stream::kStdout, Stream::kStderr}) {
    const std::uint64_t settled = cursor.settled.at(static_cast<std::size_t>(stream));
    if (settled > cursor.last_size) {
      settle(cursor, stream, cursor.last_size);
    }
  }
  cursor.rewind();
}

}  // namespace supercargo
