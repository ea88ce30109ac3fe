// Makes new push requests of chosen parts of one: what is sent again after a refusal.
//
// Pure; bodies are uncompressed. Of a damaged body what stands before the damage is taken.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>

#include "exporters/loki/push_body.h"
#include "exporters/transport/byte_buffer.h"

namespace supercargo {

// What is to become of an entry in the new body.
struct EntryChange {
  static constexpr std::size_t kUncut = std::numeric_limits<std::size_t>::max();
  bool keep = true;
  bool strip_metadata = false;
  std::size_t max_line_bytes = kUncut;  // longer lines are cut to it, with kCutMarker at their end
  bool unmark = false;                  // without kOriginalBytes
};

// Called for each entry with its number in the body, from 0.
using EntryChooser = std::function<EntryChange(std::uint64_t index, const PushEntry& entry)>;

// At the end of a line that was cut; its structured metadata kOriginalBytes then says how long it
// was. Cut again, a line keeps one marker and its first original size.
inline constexpr std::string_view kCutMarker = "...[cut by supercargo]";
inline constexpr std::string_view kOriginalBytes = "supercargo_original_bytes";

// How many bytes of `line` stand before the marker when it is cut to `max_bytes`, at a border of
// UTF-8; `line` is longer. Where not even the marker fits, none.
[[nodiscard]] std::size_t cut_head_bytes(std::string_view line, std::size_t max_bytes);

// The line cut to it, marker included. Requires: it is longer.
[[nodiscard]] std::string cut_line(std::string_view line, std::size_t max_bytes);

// The structured metadata of an entry whose line was that long before it was cut: a whole field of
// an entry.
[[nodiscard]] std::string original_bytes_field(std::size_t size);

// Whether it tells that the line was cut.
[[nodiscard]] bool has_original_bytes(std::string_view metadata);

// Writes a new body of the chosen entries, in their order, to `out` (cleared before): streams that
// lose all their entries are left out. Returns the number of entries in it.
std::uint64_t rewrite_push(std::string_view body, const EntryChooser& choose, ByteBuffer& out);

// Two bodies of about equal size, which in their order hold what `body` holds. Returns how many
// entries the first has; 0 when there are fewer than two, and then neither is written.
std::uint64_t split_push(std::string_view body, ByteBuffer& first, ByteBuffer& second);

}  // namespace supercargo
