#include "collectors/logs/chain_files.h"

#include <algorithm>
#include <string_view>

#include <unistd.h>

#include "agent/base/log.h"

namespace supercargo {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

std::int64_t unix_seconds_now() {
  return unix_nanoseconds_now() / 1'000'000'000;
}

// The end of the last whole line of the file: reading begins there when what is old is not wanted.
std::uint64_t last_line_end(const LogFile& file) {
  constexpr std::uint64_t kLook = std::uint64_t{64} << 10;
  const std::uint64_t size = file.size();
  const std::uint64_t from = size > kLook ? size - kLook : 0;
  std::string tail(static_cast<std::size_t>(size - from), '\0');
  const ssize_t count = ::pread(file.fd(), tail.data(), tail.size(), static_cast<off_t>(from));
  const std::string_view read(tail.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
  const std::size_t line_end = read.rfind('\n');
  return line_end == std::string_view::npos ? from : from + line_end + 1;
}

// Whether the file is the one of the entry. The same inode with another head is another file:
// inodes are given out again. Another inode with the same full head is the same file that was
// copied (a restored disk, a log that was moved).
bool same_file(const journal::Entry& entry, const LogFile& file) {
  const FileIdentity& known = entry.identity;
  const bool same_inode =
      known.inode == file.inode() &&
      (known.birth_ns == 0 || file.birth_ns() == 0 || known.birth_ns == file.birth_ns());
  if (!same_inode && known.head_bytes < FileIdentity::kHeadBytes) {
    return false;
  }
  const Result<std::uint64_t> head = hash_head(file.fd(), known.head_bytes);
  return head && *head == known.head_hash;
}

FileIdentity new_identity(const LogFile& file) {
  const Result<std::uint64_t> hash_of_nothing = hash_head(file.fd(), 0);
  return {file.inode(), file.birth_ns(), 0, hash_of_nothing ? *hash_of_nothing : 0};
}

}  // namespace

ChainFiles::ChainFiles(std::string key,
                       std::shared_ptr<ContainerAccount> account,
                       Journal& journal,
                       Milliseconds settle_time)
    : key_(std::move(key)),
      account_(std::move(account)),
      journal_(journal),
      settle_time_(settle_time) {}

void ChainFiles::update(const LogChain& chain, SteadyTime now) {
  listed_ = true;
  for (FileCursor& cursor : cursors_) {
    cursor.listed =
        std::find(chain.files.begin(), chain.files.end(), cursor.file) != chain.files.end();
  }
  for (const std::shared_ptr<LogFile>& file : chain.files) {
    const bool known =
        std::any_of(cursors_.begin(), cursors_.end(), [&file](const FileCursor& cursor) {
          return cursor.file == file;
        });
    if (!known) {
      add_file(file, now);
    }
  }
  remove_finished();
  forget_deleted(chain);
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
    if (!same_file(entry, *cursor.file)) {
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
  const std::uint64_t begin = cursor.file->from_end() ? last_line_end(*cursor.file) : 0;
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
  if (cursor.finished) {
    return false;
  }
  const bool last_look = has_successor || !cursor.listed || !cursor.file->linked();
  if (last_look && now - cursor.unchanged_since >= settle_time_) {
    cursor.file->update_size();  // discovery may not look at it any more
  }
  const std::uint64_t size = cursor.file->size();
  if (size != cursor.last_size) {
    cursor.last_size = size;
    cursor.unchanged_since = now;
    cursor.complete = false;
  }
  if (size < *std::max_element(cursor.position.begin(), cursor.position.end())) {
    start_over(cursor);
    return true;
  }
  cursor.complete = last_look && now - cursor.unchanged_since >= settle_time_;
  if (cursor.complete && *std::min_element(cursor.settled.begin(), cursor.settled.end()) >= size) {
    cursor.finished = true;
    cursor.file->mark_finished();
  }
  return false;
}

// The file was cut below what was read: what is in it now is new. What stood between the last read
// and the cut nobody can know; the event is counted.
void ChainFiles::start_over(FileCursor& cursor) {
  log_warn("Log file was truncated: reading it from its start.",
           {{"chain", key_}, {"inode", cursor.file->inode()}});
  account_->lose("truncated", {0, 0});
  cursor.start_at(0);
  cursor.id_prefix.clear();
  cursor.identity = new_identity(*cursor.file);
  journal_.set_identity(cursor.number, cursor.identity);
  for (const Stream stream : {Stream::kStdout, Stream::kStderr}) {
    journal_.settle(cursor.number, stream, 0);
  }
}

FileCursor* ChainFiles::next_to_read() {
  for (FileCursor& cursor : cursors_) {
    if (cursor.readable()) {
      return &cursor;
    }
  }
  return nullptr;
}

std::uint64_t ChainFiles::readable_bytes() const {
  std::uint64_t bytes = 0;
  for (const FileCursor& cursor : cursors_) {
    bytes += cursor.readable() ? cursor.unread_bytes() : 0;
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
  journal_.settle(cursor.number, stream, to);
}

void ChainFiles::rewind() {
  for (FileCursor& cursor : cursors_) {
    cursor.rewind();
  }
}

// The head's hash covers what was there when it was taken; it grows with the file up to its full
// length.
void ChainFiles::refresh_identity(FileCursor& cursor) {
  FileIdentity& identity = cursor.identity;
  const auto covered = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(FileIdentity::kHeadBytes, cursor.file->size()));
  if (identity.head_bytes >= covered) {
    return;
  }
  if (Result<std::uint64_t> hash = hash_head(cursor.file->fd(), covered)) {
    identity.head_bytes = covered;
    identity.head_hash = *hash;
    journal_.set_identity(cursor.number, identity);
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
    if (cursor->file->linked()) {
      closed_[cursor->file->inode()] = cursor->number;
    } else {
      journal_.forget(cursor->number);
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
