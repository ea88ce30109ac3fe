// What happens to the content of the files that are read: it grows, ends, is cut or copied, and
// files are done with. What becomes of content that is lost stands in chain_files_lost.cc.
#include <algorithm>
#include <utility>

#include "agent/base/log.h"
#include "collectors/logs/chain_files.h"
#include "collectors/logs/cursor_account.h"
#include "collectors/logs/file_identity.h"

namespace supercargo {

void ChainFiles::observe(SteadyTime now) {
  read_growing_copies(now);
  for (auto cursor = cursors_.begin(); cursor != cursors_.end(); ++cursor) {
    const bool has_successor =
        std::any_of(std::next(cursor), cursors_.end(), [](const FileCursor& younger) {
          return younger.file->size() > 0;
        });
    observe_file(*cursor, has_successor, now);
  }
  remove_finished();
}

void ChainFiles::observe_file(FileCursor& cursor, bool has_successor, SteadyTime now) {
  if (cursor.content != Content::kThere) {
    if (const std::uint64_t size = cursor.file->size();
        size < std::exchange(cursor.last_size, size)) {
      account_.gap("truncated");  // again, before its new text was looked at
    }
    return;
  }
  if (cursor.file->gone() || cursor.file->released()) {
    observe_deleted(cursor, now);
    return;
  }
  const bool last_look = has_successor || !cursor.listed || !cursor.file->linked();
  const bool due = last_look && now - cursor.unchanged_since >= options_.settle_time;
  if (due && !cursor.complete) {
    cursor.file->update_size();  // discovery may not look at it any more
  }
  std::uint64_t size = cursor.file->size();
  if (size < cursor.tally.written_to()) {
    size = cursor.file->size_now();
  }
  if (size < cursor.tally.written_to() || was_rewritten(cursor)) {
    note_truncated(cursor, account_, size);
    return;
  }
  if (size != cursor.last_size) {
    cursor.last_size = size;
    cursor.unchanged_since = now;
    go_on(cursor);
    refresh_identity(cursor);
  }
  count_written(cursor, size, now);
  cursor.complete = cursor.file->compressed() ||
                    (last_look && now - cursor.unchanged_since >= options_.settle_time);
  if (cursor.complete && !cursor.finished && cursor.all_settled_to(size) && !has_more(cursor)) {
    finish(cursor);
  }
}

void ChainFiles::count_written(FileCursor& cursor, std::uint64_t size, SteadyTime now) {
  if (count_growth(cursor, account_, size, now)) {
    go_on(cursor);
  }
}

// The size of a .gz is a guess until its end was read, which is cheap while what comes before it is
// being read: later all of it would have to be inflated once more.
bool ChainFiles::has_more(FileCursor& cursor) {
  if (!cursor.file->compressed()) {
    return false;
  }
  const std::uint64_t on_disk = cursor.file->disk_size();
  if (on_disk != 0 && on_disk == cursor.known_whole) {
    return false;
  }
  const std::uint64_t guess = cursor.file->size();
  const LogBytes::End end = cursor.bytes().find_end(guess);
  cursor.known_whole = end.certain ? on_disk : 0;
  if (end.offset > guess) {
    cursor.file->extend_content(end.offset);
  }
  return end.offset > guess;
}

bool ChainFiles::may_inflate(const FileCursor& cursor) const {
  return !cursor.file->compressed() || inflaters_.has_one_for(*cursor.file, steady_now());
}

void ChainFiles::note_inflated(const FileCursor& cursor) {
  if (cursor.known_whole != 0 && cursor.unread_bytes() == 0) {
    inflaters_.release(*cursor.file);
  }
}

// Cut, and grown again to the very size that it had.
bool ChainFiles::was_rewritten(FileCursor& cursor) {
  if (cursor.file->descriptor().missing()) {
    return false;
  }
  const std::int64_t modified_ns = cursor.file->modified_ns();
  if (std::exchange(cursor.modified_ns, modified_ns) == modified_ns ||
      cursor.file->size() != cursor.last_size) {
    return false;
  }
  cursor.checked_size = 0;
  return !still_holds(cursor);
}

void ChainFiles::finish(FileCursor& cursor) {
  cursor.finished = true;
  cursor.file->mark_finished(cursor.last_size);
  if (cursor.copy) {
    cursor.copy->mark_finished(cursor.last_size);
  }
  journal_.set_finished(cursor.number, true);
}

// It has grown although it seemed to be done with.
void ChainFiles::go_on(FileCursor& cursor) {
  cursor.complete = false;
  if (std::exchange(cursor.finished, false)) {
    cursor.file->unmark_finished();
  }
  journal_.set_finished(cursor.number, false);  // also of one that was closed, and has a new cursor
}

// A copy is made in one go: one that is written to is a file of its own, which begins alike. One
// that is gone, or must be let go of, is none any more.
void ChainFiles::read_growing_copies(SteadyTime now) {
  for (auto cursor = cursors_.begin(); cursor != cursors_.end(); ++cursor) {
    if (cursor->copy && (cursor->copy->gone() || cursor->copy->released())) {
      cursor->file->marks().copied(&journal_, false);
      take_back(*cursor->copy);
      cursor->copy->mark_finished(cursor->copy_size);
      cursor->copy.reset();
    }
    if (cursor->copy && cursor->copy->size() != cursor->copy_size && !cursor->finished) {
      const std::shared_ptr<LogFile> file = std::exchange(cursor->copy, nullptr);
      cursor->file->marks().copied(&journal_, false);
      take_back(*file);
      start_new(insert(std::next(cursor), file, now), 0);
    }
  }
}

bool ChainFiles::still_holds(FileCursor& cursor) {
  const auto held = cursor.file->hold();
  if (!held) {
    return true;  // not now; it is looked at when it can be
  }
  const LogBytes content = cursor.bytes();
  const std::uint64_t size = cursor.file->size();
  if (cursor.file->compressed() || std::exchange(cursor.checked_size, size) == size) {
    return true;
  }
  const bool stamped = cursor.file->format() != LogFormat::kPlain;
  if (has_head_of(cursor.identity, content) &&
      (stamped || has_tails_of(journal_.entries().at(cursor.number), content))) {
    refresh_identity(cursor);  // of what was read: later it may be gone
    return true;
  }
  note_truncated(cursor, account_, size);
  return false;
}

// A finished file goes once discovery has let go of it, too.
void ChainFiles::remove_finished() {
  for (auto cursor = cursors_.begin(); cursor != cursors_.end();) {
    if (cursor->finished && !cursor->listed) {
      let_go(*cursor);
      cursor = cursors_.erase(cursor);
    } else {
      ++cursor;
    }
  }
}

// The entry stays in the journal while the file or a copy is there, so that it is not read again
// after a restart.
void ChainFiles::let_go(FileCursor& cursor) {
  if (cursor.file->released()) {
    lose_growth(cursor, cursor.file->size_now());
  }
  inflaters_.release(*cursor.file);
  if (!listed_ && cursor.file->linked()) {
    journal_.release(cursor.number);  // it may come back
    return;
  }
  if (!listed_) {
    journal_.forget(cursor.number);  // no listing will tell that a copy is gone
    return;
  }
  // A file without a name may have been packed: then its .gz may be found only later.
  journaled_.close(*cursor.file, cursor.number);
  if (cursor.copy) {
    journaled_.close(*cursor.copy, cursor.number);
  }
}

}  // namespace supercargo
