// Taking raw lines off the bytes of a log file and decoding them: where each one ends, and what it
// says.
//
// Functions without state, on the thread of the output that reads. The same bytes from the same
// offset always give the same lines, whatever the reads: offsets in the journal rely on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "collectors/logs/line_decoder.h"
#include "collectors/logs/log_bytes.h"
#include "collectors/logs/log_line.h"

namespace supercargo {

struct LineLimits {
  std::size_t text_bytes = 0;
  std::size_t raw_bytes = 0;  // the text, and what the format may have around it
};

[[nodiscard]] LineLimits line_limits(LogFormat format, std::uint64_t max_line_bytes);

struct DecodedLine {
  LogLine line;
  std::uint32_t raw_bytes = 0;  // with its line end
  bool cut = false;  // longer than allowed: what follows is a line of its own, nothing is lost
  bool well_formed = true;
};

// The first line of `chunk`. False when its end may still come, unless `last` says that no more
// will. Requires: decoder.start() with the size of the chunk that this is the rest of.
[[nodiscard]] bool decode_first(std::string_view chunk,
                                LogFormat format,
                                const LineLimits& limits,
                                bool last,
                                std::int64_t fallback_ns,
                                LineDecoder& decoder,
                                DecodedLine& out);

// Raw bytes of the stream's lines between two ends of lines, or as many as the disk gives.
[[nodiscard]] std::uint64_t stream_bytes(const LogBytes& bytes,
                                         Stream stream,
                                         std::uint64_t from,
                                         std::uint64_t to,
                                         std::uint64_t max_line_bytes);

}  // namespace supercargo
