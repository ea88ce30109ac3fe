// The fields of a line as structured metadata of its entry.
//
// One a LokiEncoder, on its output's thread. Keeps one buffer: no allocation for a line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/pipeline/line_fields.h"
#include "exporters/loki/loki_labels.h"

namespace supercargo {

class FieldMetadata {
 public:
  FieldMetadata() = default;

  // Names that labels or other metadata have get "_extracted" at their end.
  FieldMetadata(const ParseConfig& config, const LokiLabels& labels);

  [[nodiscard]] bool wanted() const { return fields_.wanted(); }

  // All structuredMetadata fields of an entry: `metadata` and those of the line. The bytes of the
  // latter's names and values are added to `text_bytes`. Valid until the next call.
  [[nodiscard]] std::string_view with_fields(std::string_view metadata,
                                             std::string_view line,
                                             std::size_t& text_bytes);

  // Lines so far that could not be read.
  [[nodiscard]] std::uint64_t unparsed() const { return fields_.unparsed(); }

 private:
  LineFields fields_;
  std::vector<std::string> names_;
  std::string buffer_;
};

}  // namespace supercargo
