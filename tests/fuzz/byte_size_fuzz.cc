// Any text as a size: what is printed from it in bytes is the same size.

#include <cstdlib>
#include <string>

#include "exporters/loki/byte_size.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string text(data, data + size);
  const std::optional<std::uint64_t> bytes = supercargo::parse_byte_size(text);
  if (bytes && supercargo::parse_byte_size(std::to_string(*bytes) + "B") != bytes) {
    std::abort();
  }
  return 0;
}
