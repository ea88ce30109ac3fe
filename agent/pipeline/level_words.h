// The levels of log lines, and the words that stand for them.
//
// Pure, any thread, no allocation: a word is compared as a number.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace supercargo {

// Syslog's numbers, as GELF has them. Fatal and trace have none of their own: kCritical, kDebug.
enum class LineLevel : std::uint8_t {
  kEmergency,
  kAlert,
  kCritical,
  kError,
  kWarning,
  kNotice,
  kInfo,
  kDebug,
};

// "warn", "WARNING", "err" and the like, in any case; nothing for other words.
[[nodiscard]] std::optional<LineLevel> level_of_word(std::string_view word);

// Whether a field of that name holds a level: level, lvl, severity, loglevel, levelname, log.level,
// in any case.
[[nodiscard]] bool is_level_key(std::string_view key);

}  // namespace supercargo
