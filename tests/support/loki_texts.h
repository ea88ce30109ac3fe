// How Loki, being written in Go, writes times, sizes and labels into its answers.
//
// Pure, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/support/loki_selector.h"

namespace supercargo::test {

inline constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

// time.Time.String() of a time in UTC: "2026-11-22 22:00:00.5 +0000 UTC".
[[nodiscard]] std::string go_time(std::int64_t time_ns);

// "2026-11-22T22:00:00Z"; what is below a second is cut off.
[[nodiscard]] std::string go_rfc3339(std::int64_t time_ns);

// flagext.ByteSize: "3MB", but "3145729B": only what divides evenly gets the larger unit.
[[nodiscard]] std::string go_byte_size(std::uint64_t bytes);

// strconv.Quote.
[[nodiscard]] std::string go_quote(std::string_view text);

// labels.Labels.String(): sorted by name, `{a="1", b="2"}`.
[[nodiscard]] std::string labels_text(LabelPairs labels);

// What Loki makes of labels before it looks at them: none is empty, and there is one more,
// service_name, from the first of a list of labels that is there.
[[nodiscard]] LabelPairs discover_service_name(LabelPairs labels);

[[nodiscard]] LabelPairs without_empty(LabelPairs labels);

}  // namespace supercargo::test
