#include "collectors/logs/stall_watch.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "collectors/logs/log_metrics.h"

namespace supercargo {
namespace {

constexpr std::chrono::seconds kLookInterval{5};

// Bytes that were there at the last look already, and that no read has looked at.
bool has_unread(const FileCursor& cursor) {
  const std::uint64_t size = cursor.stall.seen_size;
  const std::uint64_t from = cursor.read_from();
  const bool unseen = size > std::max(cursor.tail_size, from);
  return cursor.content == Content::kThere && !cursor.file->released() &&
         (unseen || (size > from && (cursor.complete || cursor.read_failed)));
}

}  // namespace

StallWatch::StallWatch(std::string output, Milliseconds stalled_after, SelfMetrics& metrics)
    : output_(std::move(output)),
      stalled_after_(stalled_after),
      stalled_files_(metrics.gauge(log_metrics::kStalledFiles, {output_})) {}

void StallWatch::look(std::span<ChainTurns::Member* const> members, SteadyTime now) {
  if (now - last_look_ < kLookInterval) {
    return;
  }
  const SteadyTime before = std::exchange(last_look_, now);
  if (!std::exchange(held_, false) && before != SteadyTime{}) {
    free_time_ += now - before;
  }
  count_ = 0;
  for (const ChainTurns::Member* member : members) {
    for (FileCursor& cursor : member->chain->cursors()) {
      look_at_file(*member, cursor, now);
    }
  }
  stalled_files_.Set(static_cast<double>(count_));
}

void StallWatch::look_at_file(const ChainTurns::Member& member,
                              FileCursor& cursor,
                              SteadyTime now) {
  FileCursor::Stall& stall = cursor.stall;
  const std::uint64_t position = cursor.read_from();
  const bool waits = member.limited_since.has_value() || member.chain->limits().held() ||
                     member.chain->in_flight();
  if (std::exchange(stall.position, position) != position || waits || !has_unread(cursor)) {
    stall.since = free_time_;
    stall.reported = false;
  }
  // A .gz does not grow; to look at a parked file would be to open it.
  const bool known = cursor.file->compressed() || cursor.file->descriptor().parked();
  stall.seen_size = known ? cursor.file->size() : cursor.file->disk_size();
  if (free_time_ - stall.since < stalled_after_) {
    return;
  }
  ++count_;
  if (!std::exchange(stall.reported, true)) {
    report(member.chain->key(), cursor, now);
  }
}

void StallWatch::report(const std::string& chain, const FileCursor& cursor, SteadyTime now) {
  std::uint64_t suppressed = 0;
  if (log_.allow(now, suppressed)) {
    log_warn("Log file has bytes that are not read.",
             {{"output", output_},
              {"chain", chain},
              {"file", cursor.file->current_path()},
              {"inode", cursor.file->inode()},
              {"size", cursor.stall.seen_size},
              {"position", cursor.read_from()},
              {"suppressed", suppressed}});
  }
}

}  // namespace supercargo
