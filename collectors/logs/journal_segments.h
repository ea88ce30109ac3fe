// The two files of a journal as they take turns: one is appended to, and when it is nearly full the
// other one begins with the whole state.
//
// Owned by a Journal, on its thread. Keeps the one rule that power loss demands: a segment is
// overwritten only after the other one's header was synced.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "agent/base/result.h"
#include "collectors/logs/journal_changes.h"
#include "collectors/logs/journal_file_layer.h"
#include "collectors/logs/journal_files.h"
#include "collectors/logs/journal_recovery.h"
#include "collectors/logs/sync_thread.h"

namespace supercargo::journal {

class Segments {
 public:
  Segments(std::string boot_id, std::uint64_t segment_bytes)
      : boot_id_(std::move(boot_id)), segment_bytes_(segment_bytes) {}

  ~Segments();  // syncs what was flushed
  Segments(const Segments&) = delete;
  Segments& operator=(const Segments&) = delete;

  // Opens both files, and begins with `entries` in the one that `recovered` did not come from. To
  // be called before all others, and after a failure again.
  Status start(FileLayer& layer,
               const std::string& directory,
               SyncThread& sync_thread,
               const Recovered& recovered,
               const Entries& entries);

  // Appends `changes` of `entries`, and clears them when they are written. On failure they stay.
  Status flush(Changes& changes, const Entries& entries);

 private:
  // One use of one of the two files.
  struct Segment {
    std::size_t index = 0;
    Header header;
    std::uint64_t end = 0;   // where the next record goes
    std::uint64_t mark = 0;  // SyncedFile's number of the state, then of the header
    std::string unfinished;  // the batch that is to stand at the end
  };

  Status keep(const Recovered& recovered);
  Status begin_switch(std::size_t index, const Entries& entries);
  Status go_on_with_switch(const Entries& entries);
  Status finish_switch();
  Status switch_when_due(bool append_failed, const Entries& entries);
  Status append(Segment& segment, const Changes& changes, const Entries& entries);
  Status append_unfinished(Segment& segment);
  Status append_changes(Changes& changes, const Entries& entries);
  Status write_again(Segment& segment);
  Status after_failed_sync(const Entries& entries);
  [[nodiscard]] static bool is_whole(std::string_view bytes, const Segment& segment);

  [[nodiscard]] SyncedFile& file_of(const Segment& segment) const {
    return *files_.at(segment.index);
  }

  const std::string boot_id_;
  const std::uint64_t segment_bytes_;
  SegmentFiles files_;
  std::uint64_t generation_ = 0;  // the highest that was given out
  Segment active_;
  // Being filled: appended to beside active_ until its state is on the disk.
  std::optional<Segment> next_;
  // Bytes of the active segment after which the other one takes its turn.
  std::uint64_t switch_at_ = 0;
  std::string buffer_;
};

}  // namespace supercargo::journal
