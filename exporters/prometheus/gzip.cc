#include "exporters/prometheus/gzip.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include <isa-l/igzip_lib.h>

namespace supercargo {
namespace {

constexpr std::uint32_t kLevel = 1;
constexpr std::size_t kSmallestRoom = 4096;

std::uint32_t cut_to_u32(std::size_t size) {
  return static_cast<std::uint32_t>(
      std::min<std::size_t>(size, std::numeric_limits<std::uint32_t>::max()));
}

// The library counts in 32 bits and wants a mutable input that it does not change.
void give_input(isal_zstream& stream, std::string_view& rest) {
  const std::uint32_t size = cut_to_u32(rest.size());
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
  stream.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(rest.data()));
  stream.avail_in = size;
  rest.remove_prefix(size);
  stream.end_of_stream = rest.empty() ? 1 : 0;
}

}  // namespace

Result<std::string> gzip(std::string_view plain) {
  const auto stream = std::make_unique<isal_zstream>();
  isal_deflate_init(stream.get());
  std::vector<std::uint8_t> level_buffer(ISAL_DEF_LVL1_DEFAULT);
  stream->level = kLevel;
  stream->level_buf = level_buffer.data();
  stream->level_buf_size = static_cast<std::uint32_t>(level_buffer.size());
  stream->gzip_flag = IGZIP_GZIP;

  std::string out;
  std::size_t used = 0;
  std::string_view rest = plain;
  give_input(*stream, rest);
  do {
    if (stream->avail_in == 0 && !rest.empty()) {
      give_input(*stream, rest);
    }
    if (used == out.size()) {
      out.resize(std::max({kSmallestRoom, plain.size() / 8, out.size() * 2}));
    }
    const std::uint32_t room = cut_to_u32(out.size() - used);
    stream->next_out = reinterpret_cast<std::uint8_t*>(out.data() + used);
    stream->avail_out = room;
    const int code = isal_deflate(stream.get());
    if (code != COMP_OK) {
      return Error{ErrorCode::kIo, "gzip: igzip failed with code " + std::to_string(code)};
    }
    used += room - stream->avail_out;
  } while (stream->internal_state.state != ZSTATE_END);
  out.resize(used);
  out.shrink_to_fit();
  return out;
}

}  // namespace supercargo
