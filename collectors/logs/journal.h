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
#include "collectors/logs/journal_format.h"
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
  struct Segment {
    std::shared_ptr<SyncedFile> file;
    journal::Header header;
    std::uint64_t end = 0;   // where the next record goes
    std::uint64_t mark = 0;  // SyncedFile's number of the state, then of the header
  };

  Journal(std::string directory, SyncThread& sync_thread, std::uint64_t segment_bytes)
      : directory_(std::move(directory)),
        sync_thread_(sync_thread),
        segment_bytes_(segment_bytes) {}

  Status start();
  void recover();
  [[nodiscard]] bool replay(std::string_view segment, std::uint64_t salt);
  void set_segment_aside(const std::string& path);
  Result<Segment> make_segment(std::uint64_t generation) const;
  Status begin_switch();
  Status finish_switch();
  Status append_changes();
  void encode_changes(std::uint64_t salt);
  [[nodiscard]] std::string path_of(std::uint64_t generation) const;

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
  Segment active_;
  std::optional<Segment>
      next_;  // being filled: appended to beside active_ until its snapshot is on the disk
  std::uint64_t switch_at_ =
      0;  // bytes of the active segment after which the other one takes its turn
  std::uint64_t set_aside_ = 0;
  std::string buffer_;
};

}  // namespace supercargo
