// The two files of a journal as files: made, preallocated, read, written. What stands in them is
// journal_format.h's.
//
// Functions without state, called by the Journal on its thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "agent/base/result.h"
#include "collectors/logs/journal_file_layer.h"
#include "collectors/logs/sync_thread.h"

namespace supercargo::journal {

inline constexpr std::array<std::string_view, 2> kSegmentNames = {"journal.0", "journal.1"};

using SegmentFiles = std::array<std::shared_ptr<SyncedFile>, kSegmentNames.size()>;

[[nodiscard]] std::string segment_path(const std::string& directory, std::size_t index);

// Both files get their blocks now: a disk that fills up later does not stop the journal. Not every
// filesystem can promise that. Their names are on the disk when this returns.
[[nodiscard]] Result<SegmentFiles> open_segments(FileLayer& layer,
                                                 const std::string& directory,
                                                 std::uint64_t segment_bytes);

// Replaces `out` by the file's bytes, at most `max_bytes`. After a failure `out` has what came
// before it.
[[nodiscard]] Status read_from_start(File& file, std::string& out, std::size_t max_bytes);

// All of `data`, however short the writes are. A failure may leave a part of it in the file.
[[nodiscard]] Status write_all_at(File& file, std::string_view data, std::uint64_t offset);

}  // namespace supercargo::journal
