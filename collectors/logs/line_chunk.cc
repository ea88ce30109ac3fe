#include "collectors/logs/line_chunk.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace supercargo {

ChunkRead read_chunk(const LogBytes& content,
                     std::uint64_t from,
                     std::size_t want,
                     std::size_t limit,
                     std::string& bytes) {
  constexpr std::size_t kStep = 4096;
  std::size_t used = 0;
  for (bool line_end = false; !line_end && used < want;) {
    if (bytes.size() < want) {
      bytes.resize(want);
    }
    char* const end = bytes.data() + used;
    const ssize_t count = content.read(end, want - used, from + used);
    if (count <= 0) {
      return {used, count < 0 ? errno : 0, true};
    }
    line_end = std::memchr(end, '\n', static_cast<std::size_t>(count)) != nullptr;
    used += static_cast<std::size_t>(count);
    want = used < want ? want : std::max(want, std::min(limit, 2 * want + kStep));
  }
  return {used, 0, false};
}

std::optional<RawChunkLine> first_line(std::string_view chunk, std::size_t longest, bool last) {
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
