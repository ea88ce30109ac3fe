// How grave a line is, by its own words: loggers write their level at the line's start, as a JSON
// member or as a logfmt pair.
//
// Pure, any thread, no allocation. Costs a few nanoseconds where the level (or the first plain
// word) stands at the start, and looks at no more than kLevelWindow bytes.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "agent/pipeline/level_words.h"

namespace supercargo {

inline constexpr std::size_t kLevelWindow = 512;

// Nothing when the line does not say. In this order:
//   {"level":"warn",...}             a member level, severity, lvl, loglevel, levelname, log.level;
//                                    numbers as syslog (0-7) or as pino and bunyan (10-60) have
//                                    them
//   E1122 15:04:05.000000 1 x.go:1]  klog
//   <4>text                          the prefix of syslog and systemd
//   2026-11-22 10:00:00 [ERROR] x    a word of its own before the first plain word: in capitals or
//                                    in brackets, and as any word with a colon at the line's start
//   ts=1 level=debug msg=x           a pair named like the JSON member
[[nodiscard]] std::optional<LineLevel> line_level(std::string_view line);

}  // namespace supercargo
