// The bytes of a segment are a state or none. Checksums are made right first, so that what lies
// behind them is reached, too.

#include <cstring>
#include <string>

#include <xxhash.h>

#include "collectors/logs/journal_recovery.h"

namespace {

constexpr std::uint64_t kSalt = 1;

void read(std::string_view segment) {
  using supercargo::journal::decode_header;
  (void)decode_header(segment);
  (void)supercargo::journal::read_segment(segment, kSalt);
}

// Records are [u16 length, u16 type, payload]: puts the checksum before each.
std::string with_checksums(std::string_view input) {
  std::string out;
  while (input.size() >= 4) {
    std::uint16_t length = 0;
    std::memcpy(&length, input.data(), sizeof(length));
    length = static_cast<std::uint16_t>(length % 256);
    std::string record(input.substr(0, 4 + length));
    input.remove_prefix(record.size());
    length = static_cast<std::uint16_t>(record.size() - 4);
    std::memcpy(record.data(), &length, sizeof(length));
    const auto checksum =
        static_cast<std::uint32_t>(XXH3_64bits_withSeed(record.data(), record.size(), kSalt));
    out.append(reinterpret_cast<const char*>(&checksum), sizeof(checksum));
    out += record;
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  read(input);
  read(with_checksums(input));
  return 0;
}
