// How a record looks on a terminal or in a file: a line of text, or a line of JSON.
//
// Pure functions, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "agent/pipeline/record.h"

namespace supercargo {

// "2026-11-22T10:00:00.123456789Z", always nine digits, so that lines sort as text.
void append_rfc3339_nano(std::string& out, std::int64_t time_ns);

enum class LineStyle : std::uint8_t { kText, kJson };

// Appends each record and a line end:
//   2026-11-22T10:00:00.123456789Z shop/web-0/nginx stdout GET / 200
//   {"time":"2026-11-22T10:00:00.123456789Z","namespace":"shop",...,"line":"GET / 200"}
// In text the bytes of a record stand as they are; in JSON those that are not UTF-8 are U+FFFD.
void append_lines(std::string& out, LineStyle style, const Batch& batch);

}  // namespace supercargo
