// /proc/PID/limits: what a process may have. No capability is needed to read it.
//
// The parser is pure, any thread; the reader belongs to the collect thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace supercargo {

// The soft limit of the line
//   Max open files            1024                 1048576              files
// and -1 for "unlimited", as cAdvisor has it. Nothing where the line is missing or odd.
[[nodiscard]] std::optional<std::int64_t> parse_open_files_limit(std::string_view text);

// Nothing for a process that is gone. `proc` is where the host's procfs is mounted.
[[nodiscard]] std::optional<std::int64_t> read_open_files_limit(const std::string& proc,
                                                                std::uint32_t process);

}  // namespace supercargo
