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

}  // namespace supercargo
