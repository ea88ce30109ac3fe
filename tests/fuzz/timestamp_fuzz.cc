// Any text is a time stamp or none; a parser that remembers agrees with a fresh one.

#include <cstdlib>

#include "collectors/logs/timestamp.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t half = input.find('\n');
  const std::string_view first = input.substr(0, half);
  const std::string_view second = half == std::string_view::npos ? first : input.substr(half + 1);
  supercargo::TimestampParser remembering;
  supercargo::TimestampParser fresh;
  (void)remembering.parse(first);
  if (remembering.parse(second) != fresh.parse(second)) {
    std::abort();
  }
  return 0;
}
