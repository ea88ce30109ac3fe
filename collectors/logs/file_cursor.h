// Where one output stands in one file.
//
// Owned by a ChainReader, on the output's thread. For each stream: settled <= position; what lies
// between was read and is in flight, or is open (a partial record).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "agent/base/clock.h"
#include "agent/pipeline/record.h"
#include "collectors/logs/file_tally.h"
#include "collectors/logs/growth_marks.h"
#include "collectors/logs/journal.h"
#include "collectors/logs/log_bytes.h"
#include "collectors/logs/log_file.h"

namespace supercargo {

// Whether what was not settled yet can still be read from the file.
enum class Content : std::uint8_t {
  kThere,
  kTruncated,  // the file was cut, and may have grown again
  kDeleted,    // the file is gone, or must be let go of: see LogFile::gone, released
};

struct FileCursor {
  using Offsets = std::array<std::uint64_t, kStreamCount>;

  std::shared_ptr<LogFile> file;
  InflaterPool* inflaters = nullptr;  // the output's
  Journal::FileNumber number = 0;
  FileIdentity identity;
  std::string id_prefix;  // see Batch; empty until the first line is read
  Offsets settled{};      // stands in the journal
  Offsets position{};     // next byte to look at
  Offsets moving_to{};    // where settled will be once everything in flight is settled
  Offsets sent_end{};     // one past the last record ever sent: what lies below is a repeat
  FileTally tally;        // what of it pends
  GrowthMarks growth;     // since when
  // What lies in this range cannot be read: counted as lost, and not tried again.
  std::uint64_t unreadable_from = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t unreadable_to = 0;
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();  // nothing behind it is wanted
  // The end of what was looked at last: while the file ends there, no whole line is left to read.
  std::uint64_t tail_size = 0;
  SteadyTime unchanged_since{};  // of the size
  std::uint64_t last_size = 0;
  std::int64_t modified_ns = 0;
  std::uint64_t checked_size = 0;  // the head was looked at when the file had this size
  std::shared_ptr<LogFile> copy;   // has the same content: a .gz, or what copytruncate leaves
  std::uint64_t copy_size = 0;     // when it was found
  std::uint64_t known_whole = 0;   // of a .gz: its size on the disk when its end was read
  Content content = Content::kThere;
  std::optional<SteadyTime> gone_since;  // see LogFile::gone
  std::uint64_t marked_offset = 0;       // the last one of which the tail was marked
  TailMark marked_tail;
  bool read_failed = false;  // the last read of it

  // What the watchdog has seen of it.
  struct Stall {
    std::uint64_t position = 0;
    std::uint64_t seen_size = 0;    // on the disk
    SteadyTime::duration since{0};  // of the watchdog's time: that it did not move
    bool reported = false;
  } stall{};

  bool complete = false;   // nothing more will be written: a last line without its end is a line
  bool after_gap = false;  // something is missing before its first byte
  bool finished = false;   // complete, and all of it settled
  bool listed = true;      // discovery still lists it

  [[nodiscard]] LogBytes bytes() const { return {*file, *inflaters}; }

  [[nodiscard]] std::uint64_t read_from() const {
    return *std::min_element(position.begin(), position.end());
  }

  // Of what is to be read.
  [[nodiscard]] std::uint64_t end() const { return std::min(file->size(), limit); }

  [[nodiscard]] std::uint64_t unread_bytes() const {
    const std::uint64_t from = read_from();
    return end() > from ? end() - from : 0;
  }

  [[nodiscard]] bool all_settled_to(std::uint64_t offset) const {
    return *std::min_element(settled.begin(), settled.end()) >= offset;
  }

  // Something can be read that was not there at the last look.
  [[nodiscard]] bool readable() const {
    return content == Content::kThere && unread_bytes() > 0 && !file->descriptor().missing() &&
           (complete || end() != tail_size);
  }

  // Reading may go up to here.
  [[nodiscard]] std::uint64_t read_to() const {
    const std::uint64_t to = std::min(tally.written_to(), limit);
    return read_from() < unreadable_from ? std::min(to, unreadable_from) : to;
  }

  // Goes on behind what cannot be read; false when the next byte can be.
  bool skip_unreadable() {
    if (read_from() < unreadable_from || read_from() >= unreadable_to) {
      return false;
    }
    for (std::uint64_t& offset : position) {
      offset = std::max(offset, unreadable_to);
    }
    return true;
  }

  void rewind() {
    position = settled;
    moving_to = settled;
    tail_size = 0;
  }

  void start_at(std::uint64_t offset) {
    settled.fill(offset);
    sent_end.fill(offset);
    unreadable_from = std::numeric_limits<std::uint64_t>::max();
    unreadable_to = 0;
    rewind();
  }
};

}  // namespace supercargo
