#include "collectors/logs/journal.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/log.h"

namespace supercargo {
namespace {

Status write_at(int fd, std::string_view data, std::uint64_t offset) {
  while (!data.empty()) {
    const ssize_t count = ::pwrite(fd, data.data(), data.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      return errno_error("write the journal", errno);
    }
    data.remove_prefix(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
  return Ok{};
}

Status make_directory(const std::string& directory) {
  if (::mkdir(directory.c_str(), 0750) != 0 && errno != EEXIST) {
    return errno_error("make " + directory, errno);
  }
  return Ok{};
}

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open(const std::string& directory,
                                               SyncThread& sync_thread,
                                               std::uint64_t segment_bytes) {
  if (Status made = make_directory(directory); !made) {
    return std::move(made).error();
  }
  std::unique_ptr<Journal> journal(new Journal(directory, sync_thread, segment_bytes));
  journal->recover();
  if (Status started = journal->start(); !started) {
    return std::move(started).error().with_context("journal in " + directory);
  }
  return journal;
}

std::string Journal::path_of(std::uint64_t generation) const {
  return directory_ + (generation % 2 == 0 ? "/journal.0" : "/journal.1");
}

void Journal::set_segment_aside(const std::string& path) {
  const std::string aside = path + ".damaged";
  (void)std::rename(path.c_str(), aside.c_str());
  log_error("Journal segment set aside: damaged, or of a newer version.",
            {{"segment", path}, {"kept_as", aside}});
  ++set_aside_;
}

// Takes the state of the newest segment that is whole, else of the other one.
void Journal::recover() {
  std::array<std::string, 2> contents;
  std::array<std::optional<journal::Header>, 2> headers;
  for (std::uint64_t i = 0; i < 2; ++i) {
    const Status status = read_file(path_of(i).c_str(), contents[i]);
    headers[i] = journal::decode_header(contents[i]);
    // A header of zeros: the agent ended before the segment counted.
    const bool unused = !status || contents[i].find_first_not_of('\0') >= journal::kHeaderBytes;
    if (!unused && (!headers[i] || headers[i]->version != journal::kFormatVersion)) {
      set_segment_aside(path_of(i));
      headers[i].reset();
    }
  }
  const bool second_is_newer =
      headers[1] && (!headers[0] || headers[1]->generation > headers[0]->generation);
  for (const std::size_t i :
       {std::size_t{second_is_newer ? 1U : 0U}, std::size_t{second_is_newer ? 0U : 1U}}) {
    if (!headers[i]) {
      continue;
    }
    active_.header.generation = std::max(active_.header.generation, headers[i]->generation);
    if (replay(contents[i], headers[i]->salt)) {
      break;
    }
    set_segment_aside(path_of(i));
  }
  for (const auto& [file, entry] : entries_) {
    by_chain_.emplace(entry.chain, file);
  }
}

// False when the segment does not hold a whole state: then nothing of it is taken.
bool Journal::replay(std::string_view segment, std::uint64_t salt) {
  std::map<FileNumber, journal::Entry> entries;
  bool whole = false;
  segment.remove_prefix(journal::kHeaderBytes);
  while (std::optional<journal::RecordView> record = journal::take_record(segment, salt)) {
    next_file_ = std::max(next_file_, record->file + 1);
    if (record->type == journal::RecordType::kFile) {
      entries[record->file] = std::move(record->entry);
    } else if (record->type == journal::RecordType::kForget) {
      entries.erase(record->file);
    } else if (record->type == journal::RecordType::kStateEnd) {
      whole = true;
    } else if (const auto entry = entries.find(record->file); entry != entries.end()) {
      entry->second.settled[static_cast<std::size_t>(record->stream)] = record->offset;
    }
  }
  if (whole) {
    entries_ = std::move(entries);
  }
  return whole;
}

// A start always begins a new generation, and never appends behind a tail that a crash may have
// torn. What was recovered is synced first: the segment that is overwritten now may be the only one
// on the disk.
Status Journal::start() {
  if (Result<UniqueFd> recovered =
          open_at(AT_FDCWD, path_of(active_.header.generation).c_str(), O_RDWR);
      recovered && ::fdatasync(recovered->get()) != 0) {
    return errno_error("sync the journal", errno);
  }
  if (Status begun = begin_switch(); !begun) {
    return begun;
  }
  if (!next_->file->sync()) {
    return errno_error("sync the journal", errno);
  }
  return finish_switch();
}

Result<Journal::Segment> Journal::make_segment(std::uint64_t generation) const {
  Result<UniqueFd> fd = open_at(AT_FDCWD, path_of(generation).c_str(), O_RDWR | O_CREAT);
  if (!fd) {
    return std::move(fd).error();
  }
  // Blocks that are there already: a disk that fills up later does not stop the journal. Not every
  // filesystem can.
  (void)::fallocate(fd->get(), 0, 0, static_cast<off_t>(segment_bytes_));
  // The old header must not stand before new records.
  if (Status cleared = write_at(fd->get(), std::string(journal::kHeaderBytes, '\0'), 0); !cleared) {
    return std::move(cleared).error();
  }
  std::uint64_t salt = 0;
  if (::getrandom(&salt, sizeof(salt), 0) != sizeof(salt)) {
    return errno_error("getrandom", errno);
  }
  return Segment{
      std::make_shared<SyncedFile>(std::move(*fd)), {generation, salt}, journal::kHeaderBytes, 0};
}

// Writes the whole state into the other segment. It counts only once its header is written, after a
// sync.
Status Journal::begin_switch() {
  Result<Segment> segment = make_segment(active_.header.generation + 1);
  if (!segment) {
    return std::move(segment).error();
  }
  std::string state;
  for (const auto& [file, entry] : entries_) {
    journal::append_file(state, segment->header.salt, file, entry);
  }
  journal::append_state_end(state, segment->header.salt);
  if (Status written = write_at(segment->file->fd(), state, segment->end); !written) {
    return written;
  }
  segment->end += state.size();
  sync_thread_.add(segment->file);
  segment->mark = segment->file->mark_written();
  next_ = std::move(*segment);
  return Ok{};
}

Status Journal::finish_switch() {
  if (Status written = write_at(next_->file->fd(), journal::encode_header(next_->header), 0);
      !written) {
    return written;
  }
  next_->mark = next_->file->mark_written();
  switch_at_ =
      std::max(segment_bytes_, 2 * next_->end);  // a large state does not switch at every turn
  active_ = std::move(*next_);
  next_.reset();
  return Ok{};
}

Journal::FileNumber Journal::add(journal::Entry entry) {
  const FileNumber file = next_file_++;
  by_chain_.emplace(entry.chain, file);
  entries_[file] = std::move(entry);
  changed_files_.insert(file);
  claimed_.insert(file);
  return file;
}

std::vector<Journal::FileNumber> Journal::unclaimed(const std::string& chain) const {
  std::vector<FileNumber> files;
  const auto [begin, end] = by_chain_.equal_range(chain);
  for (auto entry = begin; entry != end; ++entry) {
    if (!claimed_.contains(entry->second)) {
      files.push_back(entry->second);
    }
  }
  return files;
}

void Journal::forget_unclaimed_before(std::int64_t unix_seconds) {
  std::vector<FileNumber> old;
  for (const auto& [file, entry] : entries_) {
    if (!claimed_.contains(file) && entry.seen_unix_seconds < unix_seconds) {
      old.push_back(file);
    }
  }
  for (const FileNumber file : old) {
    forget(file);
  }
}

void Journal::settle(FileNumber file, Stream stream, std::uint64_t offset) {
  std::uint64_t& settled = entries_.at(file).settled[static_cast<std::size_t>(stream)];
  if (settled != offset) {
    settled = offset;
    changed_offsets_.emplace(file, stream);
  }
}

void Journal::set_identity(FileNumber file, const FileIdentity& identity) {
  entries_.at(file).identity = identity;
  changed_files_.insert(file);
}

void Journal::set_seen(FileNumber file, std::int64_t unix_seconds) {
  entries_.at(file).seen_unix_seconds = unix_seconds;
  changed_files_.insert(file);
}

void Journal::forget(FileNumber file) {
  const auto entry = entries_.find(file);
  if (entry == entries_.end()) {
    return;
  }
  const auto [begin, end] = by_chain_.equal_range(entry->second.chain);
  by_chain_.erase(
      std::find_if(begin, end, [file](const auto& known) { return known.second == file; }));
  entries_.erase(entry);
  claimed_.erase(file);
  changed_files_.erase(file);
  forgotten_.insert(file);
}

void Journal::encode_changes(std::uint64_t salt) {
  buffer_.clear();
  for (const FileNumber file : changed_files_) {
    journal::append_file(buffer_, salt, file, entries_.at(file));
  }
  for (const auto& [file, stream] : changed_offsets_) {
    const auto entry = entries_.find(file);
    if (entry != entries_.end() && !changed_files_.contains(file)) {
      journal::append_offset(
          buffer_, salt, file, stream, entry->second.settled[static_cast<std::size_t>(stream)]);
    }
  }
  for (const FileNumber file : forgotten_) {
    journal::append_forget(buffer_, salt, file);
  }
}

// While the other segment waits for its sync, both get every change: whichever recovery finds is
// complete.
Status Journal::append_changes() {
  for (Segment* segment : {&active_, next_ ? &*next_ : nullptr}) {
    if (segment == nullptr) {
      continue;
    }
    encode_changes(segment->header.salt);
    if (Status written = write_at(segment->file->fd(), buffer_, segment->end); !written) {
      return written;
    }
    segment->end += buffer_.size();
    segment->file->mark_written();
  }
  changed_files_.clear();
  changed_offsets_.clear();
  forgotten_.clear();
  return Ok{};
}

Status Journal::flush() {
  if (next_ && next_->file->synced() >= next_->mark) {
    if (Status finished = finish_switch(); !finished) {
      return finished;
    }
  }
  if (!changed_files_.empty() || !changed_offsets_.empty() || !forgotten_.empty()) {
    if (Status appended = append_changes(); !appended) {
      return appended;
    }
  }
  // The segment to be overwritten may be the only one on the disk until the active one's header is
  // there, too.
  const bool may_switch = !next_ && active_.file->synced() >= active_.mark;
  return may_switch && active_.end > switch_at_ ? begin_switch() : Ok{};
}

}  // namespace supercargo
