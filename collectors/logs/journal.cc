#include "collectors/logs/journal.h"

#include <algorithm>
#include <utility>

namespace supercargo {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open(const std::string& directory,
                                               SyncThread& sync_thread,
                                               const JournalOptions& options) {
  journal::FileLayer& layer = *options.file_layer;
  if (Status made = layer.make_directory(directory); !made) {
    return std::move(made).error();
  }
  const auto in_directory = [&directory](Error&& error) {
    return std::move(error).with_context("journal in " + directory);
  };
  Result<journal::Recovered> recovered = journal::recover(layer, directory);
  if (!recovered) {
    return in_directory(std::move(recovered).error());
  }
  std::unique_ptr<Journal> journal(new Journal(options));
  if (Status started = journal->segments_.start(layer, directory, sync_thread, *recovered);
      !started) {
    return in_directory(std::move(started).error());
  }
  journal->take(std::move(*recovered), options.boot_id);
  return journal;
}

void Journal::take(journal::Recovered recovered, const std::string& boot_id) {
  is_new_ = !recovered.segment;
  set_aside_ = recovered.set_aside;
  last_written_ns_ = recovered.written_ns;
  rebooted_ =
      !boot_id.empty() && !recovered.state.boot_id.empty() && boot_id != recovered.state.boot_id;
  next_file_ = recovered.state.next_file;
  entries_ = std::move(recovered.state.entries);
  for (const auto& [file, entry] : entries_) {
    by_chain_.emplace(entry.chain, file);
  }
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
