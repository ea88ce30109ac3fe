// What entries of a post were made of in the log files: raw bytes and raw lines of each, in order,
// in about three bytes an entry.
//
// A value; one thread. A post is taken apart only when Loki refused something of it, so this is
// made to be written fast, and to be small.
#pragma once

#include <cstdint>
#include <string_view>

#include "agent/pipeline/record.h"
#include "exporters/loki/wire.h"
#include "exporters/transport/byte_buffer.h"

namespace supercargo {

// Of each entry: a varint of its bytes, doubled, and one more when its lines are not 1 but follow
// as a varint of their own.
class RawSizes {
 public:
  void add(std::uint32_t bytes, std::uint32_t lines) {
    const std::uint64_t head = std::uint64_t{bytes} << 1U | (lines == 1 ? 0U : 1U);
    const std::size_t size = wire::varint_size(head) + (lines == 1 ? 0 : wire::varint_size(lines));
    char* place = wire::put_varint(packed_.extend(size), head);
    if (lines != 1) {
      wire::put_varint(place, lines);
    }
  }

  // Requires: `packed` is a part of view() of another that begins and ends between two entries.
  void add_packed(std::string_view packed) { packed_.append(packed); }

  void clear() { packed_.clear(); }

  [[nodiscard]] std::size_t size_bytes() const { return packed_.size(); }

  [[nodiscard]] std::string_view view() const { return packed_.view(); }

 private:
  ByteBuffer packed_;
};

class RawSizesReader {
 public:
  explicit RawSizesReader(std::string_view packed) : rest_(packed) {}

  [[nodiscard]] bool done() const { return rest_.empty(); }

  // Requires: !done().
  Amount next() {
    const std::uint64_t head = take_varint();
    return {head >> 1U, (head & 1U) == 0 ? 1 : take_varint()};
  }

  // What is left.
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  std::uint64_t take_varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; !rest_.empty() && shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80U) {
        break;
      }
    }
    return value;
  }

  std::string_view rest_;
};

}  // namespace supercargo
