#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/node/zoneinfo.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  supercargo::ZoneInfo info;
  static_cast<void>(supercargo::parse_zoneinfo(text, info));
  for (const supercargo::ZoneValue& value : info.values) {
    if (value.zone >= info.zones.size()) {
      std::abort();
    }
  }
  return 0;
}
