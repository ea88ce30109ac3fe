// The fields of a line as additional fields of its GELF message.
//
// One a GelfEncoder, on its output's thread; no allocation for a line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/pipeline/line_fields.h"

namespace supercargo {

class GelfLineFields {
 public:
  // `static_fields`: as render_static_fields gave them. Names that messages have otherwise get
  // "_extracted" at their end. A field that would make more than `max_bytes` of them is left out.
  GelfLineFields(const ParseConfig& config, std::string_view static_fields, std::size_t max_bytes);

  [[nodiscard]] bool wanted() const { return fields_.wanted(); }

  // `,"_name":value...`: numbers as such, all else as text.
  void append(std::string& out, std::string_view line);

  // Lines so far that could not be read.
  [[nodiscard]] std::uint64_t unparsed() const { return fields_.unparsed(); }

 private:
  LineFields fields_;
  std::vector<std::string> keys_;  // `,"_name":`
  std::size_t max_bytes_;
};

}  // namespace supercargo
