// How the log files of a chain are named, and the order that follows from the names.
//
// Pure functions; any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace supercargo {

// Oldest first: by restart, then by rotation; the file that is written to comes last. A .gz stands
// where the file stood that it was made of.
struct LogFileOrder {
  std::uint32_t restart = 0;
  bool current = false;
  std::string rotated{};  // sorts oldest first
  bool compressed = false;
  bool numbered = false;        // each rotation renames it: its order is that of the last listing
  bool only_continues = false;  // see LogFile
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the default for a comparison with 0
  auto operator<=>(const LogFileOrder&) const = default;
};

// What a name says, or nothing when it is no log file of the chain.
using FileNaming = std::function<std::optional<LogFileOrder>(std::string_view name)>;

// 3.log, 3.log.20261122-143703, 3.log.20261122-143703.gz; .tmp is kubelet's own until it is whole.
[[nodiscard]] std::optional<LogFileOrder> kubernetes_naming(std::string_view name);
// <id>-json.log, <id>-json.log.1, <id>-json.log.2.gz: a higher number is older.
[[nodiscard]] std::optional<LogFileOrder> docker_naming(std::string_view name);

// What a file was called before logrotate renamed it, or its own name: `app.log` for app.log,
// app.log.1, app.log.2.gz, app.log-20261122, app.log.2026112214.gz, app.log-20261122-1790000000.
[[nodiscard]] std::string_view plain_base(std::string_view name);
// The files of that base: numbers descending, dates ascending, the base last. What `pattern` (as
// fnmatch(3)) does not match was not asked for: such a sibling only continues what was.
[[nodiscard]] FileNaming plain_naming(std::string base, std::string pattern);

}  // namespace supercargo
