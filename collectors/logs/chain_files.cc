#include "collectors/logs/chain_files.h"

#include <algorithm>
#include <utility>

#include "agent/base/log.h"
#include "collectors/logs/file_identity.h"

namespace supercargo {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

std::int64_t unix_seconds_now() {
  return unix_nanoseconds_now() / 1'000'000'000;
}

}  // namespace

ChainFiles::ChainFiles(std::string key,
                       std::shared_ptr<ContainerAccount> account,
                       Journal& journal,
                       InflaterPool& inflaters,
                       Milliseconds settle_time)
    : key_(std::move(key)),
      account_(std::move(account)),
      journal_(journal),
      inflaters_(inflaters),
      settle_time_(settle_time) {}

void ChainFiles::update(const LogChain& chain, SteadyTime now) {
  listed_ = true;
  for (FileCursor& cursor : cursors_) {
    cursor.listed = false;
  }
  for (const std::shared_ptr<LogFile>& file : chain.files) {
    if (FileCursor* known = find(*file)) {
      known->listed = true;
      if (known->file != file) {  // closed and opened again between two lists: it has grown
        known->file = file;
        known->finished = false;
      }
    } else {
      add_file(file, now);
    }
  }
  remove_finished();
  forget_deleted(chain);
}

// Both are open, so the inode cannot be another file's.
FileCursor* ChainFiles::find(const LogFile& file) {
  const auto cursor = std::find_if(cursors_.begin(), cursors_.end(), [&file](const auto& known) {
    return known.file->inode() == file.inode() && known.file->device() == file.device();
  });
  return cursor == cursors_.end() ? nullptr : &*cursor;
}

void ChainFiles::unlist() {
  listed_ = false;
  for (FileCursor& cursor : cursors_) {
    cursor.listed = false;
  }
  remove_finished();
  forget_deleted(LogChain{});
}

// Files come oldest first, and a file that was not known is younger than all that were.
void ChainFiles::add_file(const std::shared_ptr<LogFile>& file, SteadyTime now) {
  FileCursor& cursor = cursors_.emplace_back();
  cursor.file = file;
  cursor.inflaters = &inflaters_;
  cursor.unchanged_since = now;
  cursor.last_size = file->size();
  if (const auto closed = closed_.find(file->inode()); closed != closed_.end()) {
    journal_.release(closed->second);  // it grew after it was closed
    closed_.erase(closed);
  }
  if (!resume(cursor)) {
    start_new(cursor);
  }
}

bool ChainFiles::resume(FileCursor& cursor) {
  for (const Journal::FileNumber number : journal_.unclaimed(key_)) {
    const journal::Entry& entry = journal_.entries().at(number);
    if (!is_same_file(entry, cursor.bytes())) {
      continue;
    }
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
    return true;
  }
  return false;
}

void ChainFiles::start_new(FileCursor& cursor) {
  cursor.identity = new_identity(*cursor.file);
  const std::uint64_t begin = cursor.file->from_end() ? last_line_end(cursor.bytes()) : 0;
  if (begin > 0) {
    account_->drop("start_at_end", {begin, 0});
  }
  cursor.start_at(begin);
  journal::Entry entry{key_, cursor.identity, cursor.settled, unix_seconds_now()};
  cursor.number = journal_.add(std::move(entry));
  refresh_identity(cursor);
}

bool ChainFiles::observe(SteadyTime now) {
  bool truncated = false;
  for (auto cursor = cursors_.begin(); cursor != cursors_.end(); ++cursor) {
    const bool has_successor =
        std::any_of(std::next(cursor), cursors_.end(), [](const FileCursor& younger) {
          return younger.file->size() > 0;
        });
    truncated = observe_file(*cursor, has_successor, now) || truncated;
  }
  remove_finished();
  return truncated;
}

bool ChainFiles::observe_file(FileCursor& cursor, bool has_successor, SteadyTime now) {
  const bool last_look = has_successor || !cursor.listed || !cursor.file->linked();
  const bool due = last_look && now - cursor.unchanged_since >= settle_time_;
  if (due && !cursor.complete) {
    cursor.file->update_size();  // discovery may not look at it any more
  }
  std::uint64_t size = cursor.file->size();
  const std::uint64_t read_to = *std::max_element(cursor.position.begin(), cursor.position.end());
  if (size < read_to) {
    cursor.file->update_size();  // the last look may be older than the last read
    size = cursor.file->size();
  }
  if (size != cursor.last_size) {
    cursor.last_size = size;
    cursor.unchanged_since = now;
    cursor.complete = false;
    if (std::exchange(cursor.finished, false)) {
      cursor.file->unmark_finished();
    }
  }
  if (size < read_to) {
    start_over(cursor);
    return true;
  }
  cursor.complete = last_look && now - cursor.unchanged_since >= settle_time_;
  if (cursor.complete && !cursor.finished &&
      *std::min_element(cursor.settled.begin(), cursor.settled.end()) >= size) {
    cursor.finished = true;
    cursor.file->mark_finished(size);
  }
  return false;
}

// The file was cut below what was read: what is in it now is new. What stood between the last read
// and the cut nobody can know; the event is counted.
void ChainFiles::start_over(FileCursor& cursor) {
  log_warn("Log file was truncated: reading it from its start.",
           {{"chain", key_}, {"inode", cursor.file->inode()}});
  account_->gap("truncated");
  cursor.start_at(0);
  cursor.id_prefix.clear();
  cursor.identity = new_identity(*cursor.file);
  journal_.set_identity(cursor.number, cursor.identity);
  for (const Stream stream : {Stream::kStdout, Stream::kStderr}) {
    journal_.settle(cursor.number, stream, 0, TailMark{});
  }
}

FileCursor* ChainFiles::next_to_read() {
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
FileCursor* ChainFiles::grown_before(std::list<FileCursor>::iterator younger) {
  for (auto cursor = cursors_.begin(); cursor != younger; ++cursor) {
    if (!cursor->complete && cursor->file->update_size() && cursor->readable()) {
      return &*cursor;
    }
  }
  return nullptr;
}

std::uint64_t ChainFiles::readable_bytes() const {
  std::uint64_t bytes = 0;
  for (const FileCursor& cursor : cursors_) {
    if (cursor.readable()) {
      bytes += cursor.unread_bytes();
    } else if (cursor.unread_bytes() > 0) {
      break;
    }
  }
  return bytes;
}

std::uint64_t ChainFiles::unread_bytes() const {
  std::uint64_t bytes = 0;
  for (const FileCursor& cursor : cursors_) {
    bytes += cursor.unread_bytes();
  }
  return bytes;
}

bool ChainFiles::complete() const {
  return std::all_of(
      cursors_.begin(), cursors_.end(), [](const FileCursor& cursor) { return cursor.complete; });
}

void ChainFiles::settle(FileCursor& cursor, Stream stream, std::uint64_t to) {
  cursor.settled[static_cast<std::size_t>(stream)] = to;
  refresh_identity(cursor);
  journal_.settle(cursor.number, stream, to, TailMark{});
}

void ChainFiles::rewind() {
  for (FileCursor& cursor : cursors_) {
    cursor.rewind();
  }
}

void ChainFiles::refresh_identity(FileCursor& cursor) {
  if (extend_identity(cursor.bytes(), cursor.identity)) {
    journal_.set_identity(cursor.number, cursor.identity);
  }
}

// A finished file goes once discovery has let go of it, too. Its entry stays in the journal while
// the file is there, so that it is not read again after a restart.
void ChainFiles::remove_finished() {
  for (auto cursor = cursors_.begin(); cursor != cursors_.end();) {
    if (!cursor->finished || cursor->listed) {
      ++cursor;
      continue;
    }
    if (!cursor->file->linked()) {
      journal_.forget(cursor->number);
    } else if (listed_) {
      closed_[cursor->file->inode()] = cursor->number;
    } else {
      journal_.release(cursor->number);  // it may come back
    }
    cursor = cursors_.erase(cursor);
  }
}

void ChainFiles::forget_deleted(const LogChain& chain) {
  std::erase_if(closed_, [&](const auto& closed) {
    const bool there =
        std::find(chain.closed_inodes.begin(), chain.closed_inodes.end(), closed.first) !=
        chain.closed_inodes.end();
    if (!there) {
      journal_.forget(closed.second);
    }
    return !there;
  });
}

}  // namespace supercargo
