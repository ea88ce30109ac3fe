// The only durable state of an output: one settled offset per (file, stream), in two segments that
// take turns.
//
// One Journal an output, owned and called by that output's thread; only fdatasync happens elsewhere
// (SyncThread). What was settled is in the page cache after flush(), so kill -9 loses nothing that
// was flushed, and on the disk one sync later. Recovery never fails the agent: a torn tail is
// normal, a damaged or newer segment is set aside and counted.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/result.h"
#include "collectors/logs/journal_changes.h"
#include "collectors/logs/journal_file_layer.h"
#include "collectors/logs/journal_recovery.h"
#include "collectors/logs/journal_segments.h"
#include "collectors/logs/sync_thread.h"

namespace supercargo {

struct JournalOptions {
  std::string boot_id = {};  // of the running kernel; empty: unknown
  std::uint64_t segment_bytes = std::uint64_t{1} << 20;
  std::shared_ptr<journal::FileLayer> file_layer = journal::real_file_layer();
  // A full disk is no failure of open(): until there is room, what is settled is in memory only.
  bool waits_for_room = false;
  Milliseconds try_again_after{5'000};
};

class Journal {
 public:
  using FileNumber = std::uint32_t;

  // Recovers from, or makes, `directory`/journal.0 and journal.1. Fails only when the directory
  // cannot be written, or not all of it can be looked at. `sync_thread` outlives it.
  [[nodiscard]] static Result<std::unique_ptr<Journal>> open(const std::string& directory,
                                                             SyncThread& sync_thread,
                                                             const JournalOptions& options);

  // Syncs what was flushed; flush() first.
  ~Journal() = default;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  [[nodiscard]] const journal::Entries& entries() const { return entries_; }

  // Entries of a chain that nobody has claimed.
  [[nodiscard]] std::vector<FileNumber> unclaimed(const std::string& chain) const;

  void claim(FileNumber file) { claimed_.insert(file); }

  void release(FileNumber file) { claimed_.erase(file); }

  // Their files are there: time for them begins anew.
  void see_claimed(std::int64_t unix_seconds);

  // Forgets entries whose files were not there since `unix_seconds`.
  void forget_unclaimed_before(std::int64_t unix_seconds);

  [[nodiscard]] std::uint64_t segments_set_aside() const { return set_aside_; }

  // No usable state was found: the output is new, or (segments_set_aside() tells) all of it was
  // damaged.
  [[nodiscard]] bool is_new() const { return is_new_; }

  // There was a state, and none of it can be used: what is new to the journal may be old.
  [[nodiscard]] bool lost_its_state() const { return is_new_ && set_aside_ > 0; }

  // When the agent before this one wrote what was found (Unix time); 0: unknown, or nothing was.
  [[nodiscard]] std::int64_t last_written_ns() const { return last_written_ns_; }

  // What was found was written before the host's last boot: its files may have lost their unsynced
  // tails. False where one of the two boots is unknown.
  [[nodiscard]] bool rebooted() const { return rebooted_; }

  // Changes of the state; written by the next flush(). add() also claims. The others require that
  // the file is in entries(), but for forget().
  FileNumber add(journal::Entry entry);
  // `tail` is of what stands before the offset.
  void settle(FileNumber file, Stream stream, std::uint64_t offset, TailMark tail);
  void set_identity(FileNumber file, const FileIdentity& identity);
  void set_seen(FileNumber file, std::int64_t unix_seconds);
  void set_finished(FileNumber file, bool finished);
  void forget(FileNumber file);

  // Appends what has changed. On failure (disk full beyond the preallocation, say) it stays to be
  // written. While the disk has no room for a journal at all, now and then looks for it.
  Status flush();

 private:
  // The disk has no room.
  struct Waiting {
    Error error;
    SteadyTime try_again_at;
  };

  Journal(std::string directory, SyncThread& sync_thread, JournalOptions options)
      : directory_(std::move(directory)),
        sync_thread_(sync_thread),
        options_(std::move(options)),
        segments_(options_.boot_id, options_.segment_bytes) {}

  Status begin_on_disk();
  void take(journal::Recovered recovered);

  const std::string directory_;
  SyncThread& sync_thread_;
  const JournalOptions options_;
  journal::Recovered recovered_;  // without its entries
  std::optional<Waiting> waiting_;

  journal::Entries entries_;
  std::unordered_multimap<std::string, FileNumber> by_chain_;
  std::set<FileNumber> claimed_;
  journal::Changes changes_;
  journal::Segments segments_;
  FileNumber next_file_ = 1;
  bool is_new_ = true;
  bool rebooted_ = false;
  std::int64_t last_written_ns_ = 0;
  std::uint64_t set_aside_ = 0;
};

}  // namespace supercargo
