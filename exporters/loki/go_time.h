// Reads times as Go's programs print them.
//
// Pure, any thread, no locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace supercargo {

// Nanoseconds since 1970 of the whole of `text`; beyond what 64 bits hold (the years 1678 to 2262)
// the nearest that they do. Nothing when it is no time. Three shapes:
//   2026-11-22T22:00:00Z, 2026-11-22T22:00:00.5+01:00            time.RFC3339 and RFC3339Nano
//   2026-11-22 22:00:00.123456789 +0000 UTC, and with m=+0.1     Time.String()
//   1763848800.123                                               Prometheus' model.Time
[[nodiscard]] std::optional<std::int64_t> parse_go_time(std::string_view text);

}  // namespace supercargo
