#include "exporters/gelf/gelf_chunks.h"

#include <functional>

#include <sys/random.h>

#include "agent/base/clock.h"

namespace supercargo {
namespace {

// The finaliser of splitmix64: one-to-one.
std::uint64_t mix(std::uint64_t value) {
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31U);
}

}  // namespace

std::size_t chunk_count(std::size_t payload_bytes, std::size_t datagram_bytes) {
  if (payload_bytes <= datagram_bytes) {
    return 1;
  }
  const std::size_t room = datagram_bytes - kChunkHeaderBytes;
  return (payload_bytes + room - 1) / room;
}

std::size_t max_chunked_bytes(std::size_t datagram_bytes) {
  return kMaxChunks * (datagram_bytes - kChunkHeaderBytes);
}

ChunkHeader chunk_header(std::uint64_t id, std::size_t number, std::size_t count) {
  ChunkHeader header{0x1E, 0x0F};
  for (std::size_t i = 0; i < 8; ++i) {
    header[2 + i] = static_cast<unsigned char>(id >> (8 * (7 - i)));
  }
  header[10] = static_cast<unsigned char>(number);
  header[11] = static_cast<unsigned char>(count);
  return header;
}

ChunkIds::ChunkIds(std::string_view node)
    : counter_(mix(std::hash<std::string_view>{}(node)) ^
               mix(static_cast<std::uint64_t>(unix_nanoseconds_now()))) {
  std::uint64_t random = 0;
  if (::getrandom(&random, sizeof(random), GRND_NONBLOCK) == sizeof(random)) {
    counter_ ^= random;
  }
}

std::uint64_t ChunkIds::next() {
  return mix(counter_++);
}

}  // namespace supercargo
