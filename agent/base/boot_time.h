// When the machine was booted, from the line `btime 1764000000` of /proc/stat (proc(5)). Pure, any
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace supercargo {

// Seconds since 1970; nothing when the line is missing or no number.
[[nodiscard]] std::optional<std::int64_t> parse_boot_time(std::string_view proc_stat);

}  // namespace supercargo
