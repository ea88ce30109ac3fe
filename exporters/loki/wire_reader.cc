#include "exporters/loki/wire_reader.h"

#include <cstring>

namespace supercargo::wire {
namespace {

constexpr std::uint32_t kVarint = 0;
constexpr std::uint32_t kFixed64 = 1;
constexpr std::uint32_t kBytes = 2;
constexpr std::uint32_t kFixed32 = 5;

}  // namespace

bool WireReader::next(WireField& field) {
  if (rest_.empty() || damaged_) {
    return false;
  }
  field = WireField{};
  const char* begin = rest_.data();
  std::uint64_t tag = 0;
  const bool good = read_varint(tag) && tag >> 3U != 0 && tag >> 3U <= 0x1FFFFFFFU &&
                    read_content(static_cast<std::uint32_t>(tag & 7U), field);
  damaged_ = !good;
  field.number = static_cast<std::uint32_t>(tag >> 3U);
  field.whole = {begin, static_cast<std::size_t>(rest_.data() - begin)};
  return good;
}

bool WireReader::next_bytes(WireField& field) {
  while (next(field)) {
    if (field.is_bytes) {
      return true;
    }
  }
  return false;
}

bool WireReader::read_content(std::uint32_t wire_type, WireField& field) {
  switch (wire_type) {
    case kVarint:
      return read_varint(field.value);
    case kFixed64:
      return read_fixed(8, field.value);
    case kBytes:
      field.is_bytes = true;
      return read_bytes(field.bytes);
    case kFixed32:
      return read_fixed(4, field.value);
    default:
      return false;  // groups, which nobody writes any more
  }
}

bool WireReader::read_varint(std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 70 && !rest_.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    if (shift < 64) {
      value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
    }
    if (byte < 0x80U) {
      return true;
    }
  }
  return false;
}

// Little endian, as this machine is.
bool WireReader::read_fixed(std::size_t width, std::uint64_t& value) {
  if (rest_.size() < width) {
    return false;
  }
  std::memcpy(&value, rest_.data(), width);
  rest_.remove_prefix(width);
  return true;
}

bool WireReader::read_bytes(std::string_view& bytes) {
  std::uint64_t size = 0;
  if (!read_varint(size) || size > rest_.size()) {
    return false;
  }
  bytes = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return true;
}

}  // namespace supercargo::wire
