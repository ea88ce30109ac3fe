#include "collectors/logs/journal.h"

#include <algorithm>
#include <utility>

#include "agent/base/log.h"

namespace supercargo {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open(const std::string& directory,
                                               SyncThread& sync_thread,
                                               const JournalOptions& options) {
  const auto may_wait = [&options](const Status& status) {
    return options.waits_for_room && status.error().code == ErrorCode::kUnavailable;
  };
  if (Status made = options.file_layer->make_directory(directory); !made && !may_wait(made)) {
    return std::move(made).error();
  }
  Result<journal::Recovered> recovered = journal::recover(*options.file_layer, directory);
  if (!recovered) {
    return std::move(recovered).error().with_context("journal in " + directory);
  }
  std::unique_ptr<Journal> journal(new Journal(directory, sync_thread, options));
  journal->take(std::move(*recovered));
  Status begun = journal->begin_on_disk();
  if (!begun && !may_wait(begun)) {
    return std::move(begun).error();
  }
  if (!begun) {
    journal->waiting_ = {std::move(begun).error(), steady_now() + options.try_again_after};
  }
  return journal;
}

void Journal::take(journal::Recovered recovered) {
  const std::string& boot_id = options_.boot_id;
  is_new_ = !recovered.segment;
  set_aside_ = recovered.set_aside;
  last_written_ns_ = recovered.written_ns;
  rebooted_ =
      !boot_id.empty() && !recovered.state.boot_id.empty() && boot_id != recovered.state.boot_id;
  next_file_ = recovered.state.next_file;
  entries_ = std::exchange(recovered.state.entries, {});
  for (const auto& [file, entry] : entries_) {
    by_chain_.emplace(entry.chain, file);
  }
  recovered_ = std::move(recovered);
}

Status Journal::begin_on_disk() {
  if (Status made = options_.file_layer->make_directory(directory_); !made) {
    return made;
  }
  Status started =
      segments_.start(*options_.file_layer, directory_, sync_thread_, recovered_, entries_);
  if (!started) {
    return std::move(started).error().with_context("journal in " + directory_);
  }
  return Ok{};
}

Status Journal::flush() {
  if (!waiting_) {
    return segments_.flush(changes_, entries_);
  }
  const SteadyTime now = steady_now();
  if (now < waiting_->try_again_at) {
    return Error(waiting_->error);
  }
  if (Status begun = begin_on_disk(); !begun) {
    waiting_ = {std::move(begun).error(), now + options_.try_again_after};
    return Error(waiting_->error);
  }
  waiting_.reset();
  changes_.clear();  // the state began with them
  log_info("There is room for cursors again: they are saved.", {{"directory", directory_}});
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

// Each day is enough, and spares writes.
void Journal::see_claimed(std::int64_t unix_seconds) {
  for (const FileNumber file : claimed_) {
    if (entries_.at(file).seen_unix_seconds + kDaySeconds <= unix_seconds) {
      set_seen(file, unix_seconds);
    }
  }
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

}  // namespace supercargo
