// The pieces of a GELF message's text: pure functions, no allocation but in the strings they append
// to. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace supercargo {

// True when Graylog would call `text` blank (Java's Character.isWhitespace for every character),
// which refuses a message whose short_message or host is so.
[[nodiscard]] bool is_blank_text(std::string_view text);

// The line that stands for a whole record: its first one that is not blank, without its line end;
// empty when all are blank. A view into `text`.
[[nodiscard]] std::string_view summary_line(std::string_view text);

// Nanoseconds since 1970 as decimal seconds, all nine digits: "1700000000.000000001". From integers
// only: a double would round the last three.
void append_gelf_seconds(std::string& out, std::int64_t time_ns);

// `name` as the name of an additional field: one underscore in front, what Graylog's
// `^[\w\.\-]*$` does not take replaced by an underscore, and never "_id", which GELF forbids.
[[nodiscard]] std::string gelf_field_name(std::string_view name);

// Whether messages have a field of that name, as gelf_field_name gives it, or Graylog has.
[[nodiscard]] bool is_taken_gelf_field(std::string_view name);

}  // namespace supercargo
