#include "collectors/logs/journal.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/random.h>

namespace supercargo {

Result<std::unique_ptr<Journal>> Journal::open(const std::string& directory,
                                               SyncThread& sync_thread,
                                               JournalOptions options) {
  if (Status made = journal::make_directory(directory); !made) {
    return std::move(made).error();
  }
  std::unique_ptr<Journal> journal(new Journal(directory, sync_thread, std::move(options)));
  journal->recover();
  if (Status started = journal->start(); !started) {
    return std::move(started).error().with_context("journal in " + directory);
  }
  return journal;
}

Journal::~Journal() {
  for (const std::shared_ptr<SyncedFile>& file : files_) {
    if (file) {
      (void)file->sync();
    }
  }
}

void Journal::recover() {
  journal::Recovered recovered = journal::recover(directory_);
  entries_ = std::move(recovered.state.entries);
  next_file_ = recovered.state.next_file;
  recovered_from_ = recovered.segment;
  generation_ = recovered.generation;
  set_aside_ = recovered.set_aside;
  rebooted_ = !options_.boot_id.empty() && !recovered.state.boot_id.empty() &&
              options_.boot_id != recovered.state.boot_id;
  for (const auto& [file, entry] : entries_) {
    by_chain_.emplace(entry.chain, file);
  }
}

Status Journal::open_files() {
  Result<journal::SegmentFiles> opened = journal::open_segments(directory_, options_.segment_bytes);
  if (!opened) {
    return std::move(opened).error();
  }
  files_ = std::move(*opened);
  for (const std::shared_ptr<SyncedFile>& file : files_) {
    sync_thread_.add(file);
  }
  return Ok{};
}

// A start always begins a new generation in the other file, and never appends behind a tail that a
// crash may have torn. What was recovered is synced first: the other file may be the only one that
// is on the disk.
Status Journal::start() {
  if (Status opened = open_files(); !opened) {
    return opened;
  }
  const std::size_t recovered = recovered_from_.value_or(1);
  files_.at(recovered)->mark_written();
  if (!files_.at(recovered)->sync()) {
    return errno_error("sync the journal", errno);
  }
  if (Status begun = begin_switch(1 - recovered); !begun) {
    return begun;
  }
  if (!file_of(*next_).sync()) {
    return errno_error("sync the journal", errno);
  }
  return finish_switch();
}

// Writes the whole state into a file that is not needed. It counts only once its header is written,
// after a sync.
Status Journal::begin_switch(std::size_t index) {
  Segment segment{index, {generation_ + 1, 0}, journal::kHeaderBytes, 0};
  std::uint64_t& salt = segment.header.salt;
  if (::getrandom(&salt, sizeof(salt), 0) != sizeof(salt)) {
    return errno_error("getrandom", errno);
  }
  // The old header must not stand before new records.
  std::string state(journal::kHeaderBytes, '\0');
  journal::append_state(state, salt, entries_, options_.boot_id);
  segment.end = state.size();
  SyncedFile& file = file_of(segment);
  // A large state does not switch at every turn, and what comes while a sync is under way has room.
  const std::uint64_t capacity = std::max(options_.segment_bytes, 4 * segment.end);
  (void)::fallocate(file.fd(), 0, 0, static_cast<off_t>(capacity));
  if (Status written = journal::write_at(file.fd(), state, 0); !written) {
    return written;
  }
  file.forget_failure();
  segment.mark = file.mark_written();
  ++generation_;
  switch_at_ = capacity / 4 * 3;
  next_ = segment;
  return Ok{};
}

Status Journal::finish_switch() {
  SyncedFile& file = file_of(*next_);
  if (Status written = journal::write_at(file.fd(), journal::encode_header(next_->header), 0);
      !written) {
    return written;
  }
  next_->mark = file.mark_written();
  file_of(active_).forget_failure();  // what it holds does not count any more
  active_ = *next_;
  next_.reset();
  return Ok{};
}

Journal::FileNumber Journal::add(journal::Entry entry) {
  const FileNumber file = next_file_++;
  by_chain_.emplace(entry.chain, file);
  entries_[file] = std::move(entry);
  changes_.file(file);
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

void Journal::settle(FileNumber file, Stream stream, std::uint64_t offset, TailMark tail) {
  journal::Entry& entry = entries_.at(file);
  std::uint64_t& settled = entry.settled[static_cast<std::size_t>(stream)];
  TailMark& known_tail = entry.tails[static_cast<std::size_t>(stream)];
  if (settled != offset || known_tail != tail) {
    settled = offset;
    known_tail = tail;
    changes_.offset(file, stream);
  }
}

void Journal::set_identity(FileNumber file, const FileIdentity& identity) {
  entries_.at(file).identity = identity;
  changes_.file(file);
}

void Journal::set_seen(FileNumber file, std::int64_t unix_seconds) {
  entries_.at(file).seen_unix_seconds = unix_seconds;
  changes_.file(file);
}

void Journal::set_finished(FileNumber file, bool finished) {
  if (std::exchange(entries_.at(file).finished, finished) != finished) {
    changes_.file(file);
  }
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
  changes_.forget(file);
}

// While the other segment waits for its sync, both get every change: whichever recovery finds is
// complete.
Status Journal::append_changes() {
  if (changes_.empty()) {
    return Ok{};
  }
  for (Segment* segment : {&active_, next_ ? &*next_ : nullptr}) {
    if (segment == nullptr || (segment == &active_ && next_ && next_->index == active_.index)) {
      continue;
    }
    buffer_.clear();
    changes_.append_to(buffer_, segment->header.salt, entries_);
    SyncedFile& file = file_of(*segment);
    if (Status written = journal::write_at(file.fd(), buffer_, segment->end); !written) {
      return written;
    }
    segment->end += buffer_.size();
    file.mark_written();
  }
  changes_.clear();
  return Ok{};
}

Status Journal::flush() {
  if (Status finished = go_on_with_switch(); !finished) {
    return finished;
  }
  const Status appended = append_changes();
  const Status begun = switch_when_due(/*append_failed=*/!appended);
  return appended ? begun : appended;
}

Status Journal::go_on_with_switch() {
  if (!next_) {
    return Ok{};
  }
  if (file_of(*next_).sync_failed()) {
    return begin_switch(next_->index);
  }
  return file_of(*next_).synced() >= next_->mark ? finish_switch() : Status(Ok{});
}

// The segment to be overwritten may be the only one on the disk until the active one's header is
// there, too. When that one's sync failed, its own file is begun anew.
Status Journal::switch_when_due(bool append_failed) {
  const bool sync_failed = file_of(active_).sync_failed();
  if (next_ || (active_.end <= switch_at_ && !append_failed && !sync_failed)) {
    return Ok{};
  }
  if (file_of(active_).synced() >= active_.mark) {
    return begin_switch(1 - active_.index);
  }
  return sync_failed ? begin_switch(active_.index) : Status(Ok{});
}

}  // namespace supercargo
