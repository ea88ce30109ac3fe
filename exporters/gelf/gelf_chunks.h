// GELF's chunks: what a message becomes that does not fit into one datagram.
//
//   1e 0f | id, 8 bytes | number of this chunk, 1 byte | number of chunks, 1 byte | payload
//
// At most 128 chunks. Graylog keys them by the id alone, not by their sender, so an id must not
// repeat within the whole cluster for 5 s. Pure but for ChunkIds, which a sender owns.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace supercargo {

inline constexpr std::size_t kChunkHeaderBytes = 12;
inline constexpr std::size_t kMaxChunks = 128;

using ChunkHeader = std::array<unsigned char, kChunkHeaderBytes>;

// How many datagrams of at most `datagram_bytes` a payload needs: 1 goes without a header, more
// than kMaxChunks cannot be sent. Requires: datagram_bytes > kChunkHeaderBytes.
[[nodiscard]] std::size_t chunk_count(std::size_t payload_bytes, std::size_t datagram_bytes);

// The largest payload that can be sent.
[[nodiscard]] std::size_t max_chunked_bytes(std::size_t datagram_bytes);

[[nodiscard]] ChunkHeader chunk_header(std::uint64_t id, std::size_t number, std::size_t count);

// Ids that never repeat within one of these, and by chance only (64 bits) among several: a counter
// that starts at a place drawn from the node's name, the time and the kernel's random numbers, run
// through a one-to-one mix so that all bits of all ids differ (some receivers look at a part only).
class ChunkIds {
 public:
  explicit ChunkIds(std::string_view node);

  [[nodiscard]] std::uint64_t next();

 private:
  std::uint64_t counter_;
};

}  // namespace supercargo
