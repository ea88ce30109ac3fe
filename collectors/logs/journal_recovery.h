// What a start finds: the state that the newest whole segment of a journal holds.
//
// Called by Journal::open, before its thread begins; read_segment() is pure. Whatever stands in the
// files, recovery goes on: what cannot be used is set aside, counted, and the other segment or an
// empty state is taken.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/logs/journal_files.h"
#include "collectors/logs/journal_format.h"

namespace supercargo::journal {

struct State {
  std::map<std::uint32_t, Entry> entries;  // by file number
  std::uint32_t next_file = 1;             // no number at or above it was ever given out
  std::string boot_id;                     // of the kernel under which it was written; or empty
  std::size_t record_bytes = 0;            // the records that it was read from
};

// The state as of the last whole batch in the records of a segment (what follows its header).
// Nothing when not even the first batch, the state that the segment began with, is whole.
[[nodiscard]] std::optional<State> read_segment(std::string_view records, std::uint64_t salt);

struct Recovered {
  State state;
  std::optional<std::size_t> segment;  // which one it came from; nothing: there was none
  std::uint64_t generation = 0;        // the highest that was seen
  std::uint64_t set_aside = 0;         // segments that were damaged or of another version
  std::int64_t written_ns = 0;         // when the segment was written to last; 0: unknown
};

// Fails when a file cannot be opened (no descriptor is left, say) or moved away: what is in it may
// be good.
[[nodiscard]] Result<Recovered> recover(FileLayer& layer, const std::string& directory);

}  // namespace supercargo::journal
