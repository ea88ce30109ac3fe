// The only durable state of an output: one settled offset per (file, stream), in two segments that
// take turns.
//
// One Journal an output, owned and called by that output's thread; only fdatasync happens elsewhere
// (SyncThread). What was settled is in the page cache after flush(), so kill -9 loses nothing that
// was flushed, and on the disk one sync later. Recovery never fails the agent: a torn tail is
// normal, a damaged or newer segment is set aside and counted.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "agent/base/result.h"
#include "collectors/logs/journal_files.h"
#include "collectors/logs/journal_recovery.h"
#include "collectors/logs/sync_thread.h"

namespace supercargo {

class Journal {
 public:
  using FileNumber = std::uint32_t;

  static constexpr std::uint64_t kSegmentBytes = 1 << 20;

  // Recovers from, or makes, `directory`/journal.0 and journal.1. Fails only when the directory
  // cannot be written.
  [[nodiscard]] static Result<std::unique_ptr<Journal>> open(
      const std::string& directory,
      SyncThread& sync_thread,
      std::uint64_t segment_bytes = kSegmentBytes);

  ~Journal();  // syncs what was flushed; flush() first
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  [[nodiscard]] const std::map<FileNumber, journal::Entry>& entries() const { return entries_; }

  // Entries of a chain that nobody has claimed.
  [[nodiscard]] std::vector<FileNumber> unclaimed(const std::string& chain) const;

  void claim(FileNumber file) { claimed_.insert(file); }

  void release(FileNumber file) { claimed_.erase(file); }

  // Forgets entries whose files were not there since `unix_seconds`.
  void forget_unclaimed_before(std::int64_t unix_seconds);

  [[nodiscard]] std::uint64_t segments_set_aside() const { return set_aside_; }

  // Changes of the state; written by the next flush(). add() also claims.
  FileNumber add(journal::Entry entry);
  void settle(FileNumber file, Stream stream, std::uint64_t offset);
  void set_identity(FileNumber file, const FileIdentity& identity);
  void set_seen(FileNumber file, std::int64_t unix_seconds);
  void forget(FileNumber file);

  // Appends what has changed. On failure (disk full beyond the preallocation, say) it stays to be
  // written.
  Status flush();

 private:
  // One use of one of the two files.
  struct Segment {
    std::size_t index = 0;
    journal::Header header;
    std::uint64_t end = 0;   // where the next record goes
    std::uint64_t mark = 0;  // SyncedFile's number of the state, then of the header
  };

  Journal(std::string directory, SyncThread& sync_thread, std::uint64_t segment_bytes)
      : directory_(std::move(directory)),
        sync_thread_(sync_thread),
        segment_bytes_(segment_bytes) {}

  void recover();
  Status open_files();
  Status start();
  Status begin_switch(std::size_t index);
  Status go_on_with_switch();
  Status finish_switch();
  Status switch_when_due(bool append_failed);
  Status append_changes();
  void encode_changes(std::uint64_t salt);

  [[nodiscard]] SyncedFile& file_of(const Segment& segment) const {
    return *files_.at(segment.index);
  }

  const std::string directory_;
  SyncThread& sync_thread_;
  const std::uint64_t segment_bytes_;
  std::map<FileNumber, journal::Entry> entries_;
  std::unordered_multimap<std::string, FileNumber> by_chain_;
  std::set<FileNumber> claimed_;
  std::set<FileNumber> changed_files_;                       // whole entry to be written
  std::set<std::pair<FileNumber, Stream>> changed_offsets_;  // only the offset
  std::set<FileNumber> forgotten_;
  FileNumber next_file_ = 1;
  journal::SegmentFiles files_;
  std::optional<std::size_t> recovered_from_;
  std::uint64_t generation_ = 0;  // the highest that was given out
  Segment active_;
  // Being filled: appended to beside active_ until its state is on the disk.
  std::optional<Segment> next_;
  // Bytes of the active segment after which the other one takes its turn.
  std::uint64_t switch_at_ = 0;
  std::uint64_t set_aside_ = 0;
  std::string buffer_;
};

}  // namespace supercargo
