#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/pressure.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(supercargo::parse_pressure(text));
  return 0;
}
