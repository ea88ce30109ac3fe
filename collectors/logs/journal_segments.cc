#include "collectors/logs/journal_segments.h"

#include <algorithm>
#include <cerrno>

#include <sys/random.h>

namespace supercargo::journal {

Segments::~Segments() {
  for (const std::shared_ptr<SyncedFile>& file : files_) {
    if (file) {
      (void)file->sync();
    }
  }
}

// A start always begins a new generation in the other file, and never appends behind a tail that a
// crash may have torn.
Status Segments::start(FileLayer& layer,
                       const std::string& directory,
                       SyncThread& sync_thread,
                       const Recovered& recovered,
                       const Entries& entries) {
  Result<SegmentFiles> opened = open_segments(layer, directory, segment_bytes_);
  if (!opened) {
    return std::move(opened).error();
  }
  files_ = std::move(*opened);
  for (const std::shared_ptr<SyncedFile>& file : files_) {
    sync_thread.add(file);
  }
  generation_ = recovered.generation;
  if (Status kept = keep(recovered); !kept) {
    return kept;
  }
  if (Status begun = begin_switch(1 - active_.index, entries); !begun) {
    return begun;
  }
  if (!file_of(*next_).sync()) {
    return Error{ErrorCode::kIo, "the journal cannot be synced"};
  }
  return finish_switch();
}

// What was recovered is synced first: the other file may be the only one that is on the disk. And
// before that it is written again: the last agent's sync may have failed.
Status Segments::keep(const Recovered& recovered) {
  active_.index = recovered.segment.value_or(1);
  active_.end = recovered.segment ? kHeaderBytes + recovered.state.record_bytes : 0;
  SyncedFile& file = file_of(active_);
  if (Status read = read_from_start(file.file(), buffer_, active_.end); !read) {
    return read;
  }
  if (Status written = write_again(active_); !written) {
    return written;
  }
  return file.sync() ? Status(Ok{}) : Error{ErrorCode::kIo, "the journal cannot be synced"};
}

// Writes the whole state into a file that is not needed. It counts only once its header is written,
// after a sync.
Status Segments::begin_switch(std::size_t index, const Entries& entries) {
  Segment segment{index, {generation_ + 1, 0}, kHeaderBytes, 0, {}};
  std::uint64_t& salt = segment.header.salt;
  if (::getrandom(&salt, sizeof(salt), 0) != sizeof(salt)) {
    return errno_error("getrandom", errno);
  }
  // The old header must not stand before new records.
  std::string state(kHeaderBytes, '\0');
  append_state(state, salt, entries, boot_id_);
  segment.end = state.size();
  SyncedFile& file = file_of(segment);
  // A large state does not switch at every turn, and what comes while a sync is under way has room.
  const std::uint64_t capacity = std::max(segment_bytes_, 4 * segment.end);
  (void)file.file().allocate(capacity);
  if (Status written = write_all_at(file.file(), state, 0); !written) {
    return written;
  }
  file.forget_failure();
  segment.mark = file.mark_written();
  ++generation_;
  switch_at_ = capacity / 4 * 3;
  next_ = std::move(segment);
  return Ok{};
}

Status Segments::finish_switch() {
  SyncedFile& file = file_of(*next_);
  if (Status written = write_all_at(file.file(), encode_header(next_->header), 0); !written) {
    return written;
  }
  next_->mark = file.mark_written();
  if (active_.index != next_->index) {
    file_of(active_).retire();
  }
  active_ = *std::exchange(next_, std::nullopt);
  return Ok{};
}

// A batch that could not be written whole is finished before another one begins: a power loss could
// make one of both if they stood in the same place.
Status Segments::append(Segment& segment, const Changes& changes, const Entries& entries) {
  if (Status finished = append_unfinished(segment); !finished) {
    return finished;
  }
  changes.append_to(segment.unfinished, segment.header.salt, entries);
  return append_unfinished(segment);
}

Status Segments::append_unfinished(Segment& segment) {
  SyncedFile& file = file_of(segment);
  if (Status written = write_all_at(file.file(), segment.unfinished, segment.end); !written) {
    return written;
  }
  segment.end += segment.unfinished.size();
  segment.unfinished.clear();
  file.mark_written();
  return Ok{};
}

// While the other segment waits for its sync, both get every change: whichever recovery finds is
// complete.
Status Segments::append_changes(Changes& changes, const Entries& entries) {
  if (changes.empty()) {
    return Ok{};
  }
  const bool active_begins_anew = next_ && next_->index == active_.index;
  if (!active_begins_anew) {
    if (Status appended = append(active_, changes, entries); !appended) {
      return appended;
    }
  }
  if (next_) {
    if (Status appended = append(*next_, changes, entries); !appended) {
      return appended;
    }
  }
  changes.clear();
  return Ok{};
}

Status Segments::flush(Changes& changes, const Entries& entries) {
  const Status finished = go_on_with_switch(entries);
  const Status appended = append_changes(changes, entries);
  const Status begun = switch_when_due(/*append_failed=*/!appended, entries);
  return !appended ? appended : !finished ? finished : begun;
}

Status Segments::go_on_with_switch(const Entries& entries) {
  if (!next_) {
    return Ok{};
  }
  if (file_of(*next_).sync_failed()) {
    return begin_switch(next_->index, entries);
  }
  return file_of(*next_).synced() >= next_->mark ? finish_switch() : Status(Ok{});
}

// The segment to be overwritten may be the only one on the disk until the active one's header is
// there, too.
Status Segments::switch_when_due(bool append_failed, const Entries& entries) {
  const bool sync_failed = file_of(active_).sync_failed();
  if (next_ || (active_.end <= switch_at_ && !append_failed && !sync_failed)) {
    return Ok{};
  }
  if (file_of(active_).synced() >= active_.mark) {
    return begin_switch(1 - active_.index, entries);
  }
  return sync_failed ? after_failed_sync(entries) : Status(Ok{});
}

// The other segment may be needed still, and what the disk has of this one nobody knows. Beginning
// anew is the last resort: until it is synced, a kill leaves what the other segment has.
Status Segments::after_failed_sync(const Entries& entries) {
  const Status read = read_from_start(file_of(active_).file(), buffer_, active_.end);
  return read && is_whole(buffer_, active_) ? write_again(active_)
                                            : begin_switch(active_.index, entries);
}

// Not every filesystem keeps the pages that it failed to write.
bool Segments::is_whole(std::string_view bytes, const Segment& segment) {
  const std::optional<Header> header = decode_header(bytes);
  if (bytes.size() != segment.end || !header || header->salt != segment.header.salt) {
    return false;
  }
  const std::optional<State> state = read_segment(bytes.substr(kHeaderBytes), segment.header.salt);
  return state && state->record_bytes == segment.end - kHeaderBytes;
}

// After a failed sync the pages of a file look as if they were on the disk, and are never written
// unless they change: so each byte, read into buffer_, is written over itself. To an agent that is
// killed meanwhile it makes no difference.
Status Segments::write_again(Segment& segment) {
  SyncedFile& file = file_of(segment);
  if (Status written = write_all_at(file.file(), buffer_, 0); !written) {
    return written;
  }
  file.forget_failure();
  segment.mark = file.mark_written();
  return Ok{};
}

}  // namespace supercargo::journal
