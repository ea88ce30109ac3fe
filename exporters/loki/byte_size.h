// Reads sizes as Loki prints them (Go's datasize.ByteSize).
//
// Pure, any thread, no locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace supercargo {

// The whole of `text` in bytes: "3MB", "64KB", "1.5 MB", "17B", "2MiB", upper or lower case; a unit
// is 1,024 of the one below it. Nothing when it is no size, or more than 64 bits hold.
[[nodiscard]] std::optional<std::uint64_t> parse_byte_size(std::string_view text);

}  // namespace supercargo
