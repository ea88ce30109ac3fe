// How a record looks on a terminal or in a file: a line of text, or a line of JSON.
//
// Pure functions, any thread; `fields` belongs to the caller's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/pipeline/line_fields.h"
#include "agent/pipeline/record.h"

namespace supercargo {

// "2026-11-22T10:00:00.123456789Z", always nine digits, so that lines sort as text.
void append_rfc3339_nano(std::string& out, std::int64_t time_ns);

// The fields that lines are to be searched for, and their names.
struct ParsedFields {
  explicit ParsedFields(const ParseConfig& config = {}) : names(config.fields), fields(config) {}

  std::vector<std::string> names;
  LineFields fields;
};

enum class LineStyle : std::uint8_t { kText, kJson };

// Appends each record and a line end:
//   2026-11-22T10:00:00.123456789Z shop/web-0/nginx stdout GET / 200
//   {"time":"2026-11-22T10:00:00.123456789Z","namespace":"shop",...,"line":"GET / 200"}
// In text the bytes of a record stand as they are; in JSON those that are not UTF-8 are U+FFFD, and
// what `fields` finds in the line stands before it: "fields":{"level":"error","status":500}.
void append_lines(std::string& out, LineStyle style, const Batch& batch, ParsedFields& fields);

}  // namespace supercargo
