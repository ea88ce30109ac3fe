#include <cstddef>
#include <cstdint>
#include <string_view>

#include "collectors/node/ipvs.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(supercargo::parse_ipvs(text));
  static_cast<void>(supercargo::parse_ipvs_stats(text));
  return 0;
}
