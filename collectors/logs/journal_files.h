// The two files of a journal as files: made, preallocated, written. What stands in them is
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
#include "collectors/logs/sync_thread.h"

namespace supercargo::journal {

inline constexpr std::array<std::string_view, 2> kSegmentNames = {"journal.0", "journal.1"};

using SegmentFiles = std::array<std::shared_ptr<SyncedFile>, kSegmentNames.size()>;

// One level only: data_dir is there.
[[nodiscard]] Status make_directory(const std::string& directory);

// Both files get their blocks now: a disk that fills up later does not stop the journal. Not every
// filesystem can promise that. Their names are on the disk when this returns.
[[nodiscard]] Result<SegmentFiles> open_segments(const std::string& directory,
                                                 std::uint64_t segment_bytes);

[[nodiscard]] Status write_at(int fd, std::string_view data, std::uint64_t offset);

}  // namespace supercargo::journal
