// What a file's cursor brings to its chain's account: what was written, what pends and since when,
// what became of bytes that cannot be read any more.
//
// Functions over a ChainReader's cursors and its account, on the output's thread.
#pragma once

#include <cstdint>
#include <list>
#include <optional>

#include "agent/base/clock.h"
#include "collectors/logs/chain_account.h"
#include "collectors/logs/file_cursor.h"

namespace supercargo {

// The cursor is taken up where an earlier life has left it: what that one settled is not counted as
// written again.
void count_resumed(FileCursor& cursor, ChainAccount& account, std::uint64_t max_line_bytes);

// The file is new. What stands in it and is not wanted (start_at: end, if it stands since before
// `old_before_ns`, and max_age) is dropped; returns where reading begins.
[[nodiscard]] std::uint64_t count_unwanted(const FileCursor& cursor,
                                           ChainAccount& account,
                                           std::int64_t old_before_ns);

// Counts what was written up to `size`; false when that is not more than before.
bool count_growth(FileCursor& cursor, ChainAccount& account, std::uint64_t size, SteadyTime now);

// A read went on from `from` to `to`, of which `skipped` bytes are of a stream that is ahead.
void count_read(FileCursor& cursor,
                ChainAccount& account,
                std::uint64_t from,
                std::uint64_t to,
                std::uint64_t skipped);

// The file was cut, and has this size now: what was in it cannot be read any more. The event is
// counted at once: what is in flight may be answered late, and the agent may be killed before.
void note_truncated(FileCursor& cursor, ChainAccount& account, std::uint64_t size);

// The file was truncated, and only a copy of it up to `to` can be read: the rest is lost. Requires:
// nothing of it is open or in flight.
void count_truncated(FileCursor& cursor, ChainAccount& account, std::uint64_t to);

// The rest of the file cannot be read: it is lost. Returns how much that is.
std::uint64_t count_unreadable(FileCursor& cursor, ChainAccount& account);

// The file is gone, or must be let go of: what is unread is lost, with its lines where they can
// still be counted. Returns how much that is. Requires: nothing of it is open or in flight.
std::uint64_t count_deleted(FileCursor& cursor, ChainAccount& account);

// A file that was let go of has grown to `size`, which nobody reads: that is lost, too.
void count_after_release(FileCursor& cursor, ChainAccount& account, std::uint64_t size);

// Raw bytes that are neither settled, nor open, nor in flight.
[[nodiscard]] std::uint64_t bytes_to_read(const std::list<FileCursor>& cursors);

// Since when the oldest byte that is not settled stands in its file.
[[nodiscard]] std::optional<SteadyTime> oldest_pending(std::list<FileCursor>& cursors);

}  // namespace supercargo
