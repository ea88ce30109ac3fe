#include "collectors/logs/chain_files.h"

#include <algorithm>
#include <utility>

#include "collectors/logs/cursor_account.h"
#include "collectors/logs/file_identity.h"

namespace supercargo {

ChainFiles::ChainFiles(std::string key,
                       ChainAccount& account,
                       Journal& journal,
                       InflaterPool& inflaters,
                       const ChainOptions& options)
    : key_(std::move(key)),
      account_(account),
      journal_(journal),
      inflaters_(inflaters),
      options_(options),
      journaled_(key_, journal) {}

// The youngest file first: what was written to an older one before is then seen, too.
void ChainFiles::begin_drain() {
  for (auto cursor = cursors_.rbegin(); cursor != cursors_.rend(); ++cursor) {
    cursor->file->update_size();
    cursor->limit = std::min(cursor->limit, cursor->file->size());
  }
}

// Also of a record that began in an older file, when it is completed.
bool ChainFiles::hold_parked(std::vector<std::shared_ptr<const UniqueFd>>& held) const {
  for (const FileCursor& cursor : cursors_) {
    if (cursor.file->descriptor().parked() && !cursor.finished) {
      held.push_back(cursor.file->hold());
      if (!held.back()) {
        return false;
      }
    }
  }
  return true;
}

bool ChainFiles::misses_file() const {
  return unknown_waits_ ||
         std::any_of(cursors_.begin(), cursors_.end(), [](const FileCursor& cursor) {
           return !cursor.finished && cursor.file->descriptor().missing();
         });
}

FileCursor* ChainFiles::next_to_read() {
  if (has_lost_content() || misses_file()) {
    return nullptr;
  }
  for (auto cursor = cursors_.begin(); cursor != cursors_.end(); ++cursor) {
    if (cursor->readable()) {
      FileCursor* const older = grown_before(cursor);
      return older != nullptr ? older : &*cursor;
    }
    if (cursor->unread_bytes() > 0) {
      return nullptr;
    }
  }
  return nullptr;
}

// What was written to an older file before the younger one had its first byte is there now, but the
// last look may have come before it.
FileCursor* ChainFiles::grown_before(Position younger) {
  for (auto cursor = cursors_.begin(); cursor != younger; ++cursor) {
    if (!cursor->complete && cursor->file->update_size() && cursor->readable()) {
      return &*cursor;
    }
  }
  return nullptr;
}

bool ChainFiles::has_grown() {
  bool grown = false;
  for (FileCursor& cursor : cursors_) {
    grown = (!cursor.complete && cursor.file->update_size()) || grown;
  }
  return grown;
}

std::uint64_t ChainFiles::readable_bytes() const {
  if (misses_file()) {
    return 0;
  }
  std::uint64_t bytes = 0;
  for (const FileCursor& cursor : cursors_) {
    if (cursor.content != Content::kThere) {
      return 0;
    }
    if (cursor.readable()) {
      bytes += cursor.unread_bytes();
    } else if (cursor.unread_bytes() > 0) {
      break;
    }
  }
  return bytes;
}

// What was written since the drain began is for the next life, and may be the end of an open
// record.
bool ChainFiles::complete() const {
  return std::all_of(cursors_.begin(), cursors_.end(), [](const FileCursor& cursor) {
    return cursor.complete && cursor.file->size() <= cursor.limit;
  });
}

void ChainFiles::settle(FileCursor& cursor, Stream stream, std::uint64_t to) {
  cursor.settled[static_cast<std::size_t>(stream)] = to;
  tell_settled(cursor);
  const bool there = cursor.content == Content::kThere;  // else another text stands in its place
  if (there) {
    refresh_identity(cursor);
  }
  if (cursor.marked_offset != to) {  // mostly both streams move to the same place
    cursor.marked_offset = to;
    cursor.marked_tail = there ? mark_tail(cursor.bytes(), to) : TailMark{};
  }
  journal_.settle(cursor.number, stream, to, cursor.marked_tail);
}

// Discovery keeps open what somebody still has to read.
void ChainFiles::tell_settled(FileCursor& cursor) {
  cursor.file->marks().settled(&journal_,
                               *std::min_element(cursor.settled.begin(), cursor.settled.end()));
}

void ChainFiles::rewind() {
  for (FileCursor& cursor : cursors_) {
    cursor.rewind();
    cursor.tally.rewind();
  }
}

void ChainFiles::refresh_identity(FileCursor& cursor) {
  if (extend_identity(cursor.bytes(), cursor.identity)) {
    journal_.set_identity(cursor.number, cursor.identity);
  }
}

}  // namespace supercargo
