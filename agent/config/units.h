// Durations ("500ms", "1m30s") and sizes ("64KiB", "10MB", "4096") as people write them. Pure, any
// thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace supercargo::config {

// Whole numbers with ms, s, m, h or d, largest unit first or not; a bare 0 needs no unit. Nothing
// for anything else and on overflow.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

// A whole number of bytes, or with B, KiB, MiB, GiB, TiB (also Ki, Mi, Gi, Ti) by 1024, or with kB,
// KB, MB, GB, TB by 1000.
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text);

// The shortest exact text that the parsers above read back: 1m, 90s, 1MiB, 2MB, 1420.
[[nodiscard]] std::string format_duration(std::chrono::milliseconds duration);
[[nodiscard]] std::string format_size(std::uint64_t bytes);

}  // namespace supercargo::config
