// Reads protobuf's wire format field by field, without copying: for push requests that came back.
//
// A WireReader borrows its bytes; one thread. Damaged input ends the reading, never more:
// damaged() tells it apart from the end. https://protobuf.dev/programming-guides/encoding
#pragma once

#include <cstdint>
#include <string_view>

namespace supercargo::wire {

struct WireField {
  std::uint32_t number = 0;
  bool is_bytes = false;    // text or a message: `bytes`; else a number: `value`
  std::uint64_t value = 0;  // also of the fixed widths
  std::string_view bytes;
  std::string_view whole;  // with its tag and its length
};

class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}

  // The next field; false at the end and where the bytes are no field.
  bool next(WireField& field);

  // The next that is text or a message: a known number with another wire type is an unknown field.
  bool next_bytes(WireField& field);

  [[nodiscard]] bool damaged() const { return damaged_; }

 private:
  bool read_content(std::uint32_t wire_type, WireField& field);
  bool read_varint(std::uint64_t& value);
  bool read_fixed(std::size_t width, std::uint64_t& value);
  bool read_bytes(std::string_view& bytes);

  std::string_view rest_;
  bool damaged_ = false;
};

}  // namespace supercargo::wire
