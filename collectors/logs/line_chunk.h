// Cutting raw bytes of a log file into raw lines.
//
// Functions without state, on the thread of the output that reads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/logs/log_bytes.h"

namespace supercargo {

struct ChunkRead {
  std::size_t bytes = 0;
  int error_number = 0;  // of the read that ended it; 0: none did, or the file was shorter
  bool failed = false;   // it ended before what was asked for
};

// Reads `want` bytes from `from` into `bytes` (which keeps its capacity), or more, up to `limit`,
// until there is a line feed among them.
[[nodiscard]] ChunkRead read_chunk(const LogBytes& content,
                                   std::uint64_t from,
                                   std::size_t want,
                                   std::size_t limit,
                                   std::string& bytes);

struct RawChunkLine {
  std::string_view text;      // without its line feed
  std::size_t raw_bytes = 0;  // with it
  bool cut = false;           // longer than allowed: the rest of it follows as lines of its own
};

// The first line of `chunk`, at most `longest` bytes of it: always cut at the same place, wherever
// reads end. Nothing when its end may still come, unless `last` says that no more will. Inline,
// since it is called for each line of a log.
[[nodiscard]] inline std::optional<RawChunkLine> first_line(std::string_view chunk,
                                                            std::size_t longest,
                                                            bool last) {
  const std::size_t end = chunk.find('\n');
  const bool ended = end != std::string_view::npos;
  const std::size_t length = ended ? end : chunk.size();
  if (length > longest) {
    return RawChunkLine{chunk.substr(0, longest), longest, true};
  }
  if (ended) {
    return RawChunkLine{chunk.substr(0, length), length + 1, false};
  }
  if (last && !chunk.empty()) {
    return RawChunkLine{chunk, length, false};
  }
  return std::nullopt;
}

}  // namespace supercargo
