// The few parts of protobuf's wire format that a push request needs.
//
// Pure functions that write at a place with enough room and give the place behind.
// https://protobuf.dev/programming-guides/encoding
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace supercargo::wire {

inline constexpr std::size_t kMaxVarintBytes = 10;

// A length whose value is known only later: always this many bytes, so that it can be written over.
// Parsers take varints that are longer than they must be. Up to 256 MiB.
inline constexpr std::size_t kReservedVarintBytes = 4;

constexpr std::uint8_t varint_tag(std::uint32_t field) {
  return static_cast<std::uint8_t>(field << 3U);
}

constexpr std::uint8_t bytes_tag(std::uint32_t field) {
  return static_cast<std::uint8_t>((field << 3U) | 2U);
}

constexpr std::size_t varint_size(std::uint64_t value) {
  std::size_t size = 1;
  while (value >= 0x80U) {
    value >>= 7U;
    ++size;
  }
  return size;
}

// Size of a field of text or of a message, with its tag (of a field number below 16) and length.
constexpr std::size_t bytes_size(std::size_t length) {
  return 1 + varint_size(length) + length;
}

inline char* put_byte(char* place, std::uint8_t byte) {
  *place = static_cast<char>(byte);
  return place + 1;
}

inline char* put_varint(char* place, std::uint64_t value) {
  while (value >= 0x80U) {
    place = put_byte(place, static_cast<std::uint8_t>(value | 0x80U));
    value >>= 7U;
  }
  return put_byte(place, static_cast<std::uint8_t>(value));
}

inline void put_reserved_varint(char* place, std::uint64_t value) {
  for (std::size_t i = 1; i < kReservedVarintBytes; ++i) {
    place = put_byte(place, static_cast<std::uint8_t>(value | 0x80U));
    value >>= 7U;
  }
  put_byte(place, static_cast<std::uint8_t>(value & 0x7FU));
}

inline char* put_raw(char* place, std::string_view text) {
  if (!text.empty()) {
    std::memcpy(place, text.data(), text.size());
  }
  return place + text.size();
}

inline char* put_bytes(char* place, std::uint8_t tag, std::string_view text) {
  place = put_byte(place, tag);
  return put_raw(put_varint(place, text.size()), text);
}

}  // namespace supercargo::wire
