#include <cstddef>
#include <cstdint>
#include <string_view>

#include "collectors/node/kstat.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(supercargo::parse_kstat(text));
  static_cast<void>(supercargo::parse_kstat_io(text));
  return 0;
}
