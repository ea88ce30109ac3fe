// Records as GELF 1.1: one JSON object a record.
//
// A sender owns one; the output's thread calls it. The part of a message that is the same for all
// lines of a container's stream is rendered once and kept (for the last 1,024 containers), so that
// a record costs a copy, two numbers and its escaped text, and no allocation. Its level is what the
// line itself says (agent/pipeline/line_level.h). Every byte sequence gives valid UTF-8 JSON
// without a NUL byte: NUL separates the messages.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "agent/base/result.h"
#include "agent/pipeline/fact_memory.h"
#include "agent/pipeline/line_level.h"
#include "agent/pipeline/log_place.h"
#include "agent/pipeline/record.h"
#include "exporters/gelf/gelf_counters.h"
#include "exporters/gelf/gelf_line_fields.h"

namespace supercargo {

class GelfEncoder {
 public:
  struct Options {
    std::string host;           // empty: the node's name
    std::string static_fields;  // what render_static_fields gave
    std::size_t max_message_bytes = 2'000'000;
    LineLevel stderr_level = LineLevel::kInfo;  // of a line that does not tell its level
    LogPlace place{};                           // without what static_fields have
    std::shared_ptr<const FactSource> facts{};
    ParseConfig parse{};
  };

  GelfEncoder(Options options, const GelfCounters& counters);

  // Appends each record as an object followed by a NUL byte. An object longer than
  // max_message_bytes has its text cut.
  void append(const Batch& batch, std::string& out);

 private:
  struct Heads {
    std::array<std::string, kStreamCount> of_stream;
    std::size_t versions = 0;  // of the facts that they have
  };

  [[nodiscard]] const std::string& head_of(const Batch& batch);
  [[nodiscard]] std::string render_head(const Batch& batch, const ContainerFacts& facts) const;
  void append_record(const Record& record, LineLevel fallback, std::string& out);
  void append_text(std::string_view text, std::string& out);

  const Options options_;
  const GelfCounters counters_;
  FactMemory facts_;
  GelfLineFields fields_;
  std::unordered_map<std::uint64_t, Heads> heads_;
  std::string prefix_;   // of the batch at hand: its head, and its id without the offset
  std::string scratch_;  // of the record at hand: what stands between prefix and text
};

// Fields of the configuration as `,"_name":"value"...`, names made legal. An error names a field
// that would collide with one of ours, with a field that Graylog reserves, or with another one.
[[nodiscard]] Result<std::string> render_static_fields(
    const std::map<std::string, std::string>& fields);

}  // namespace supercargo
