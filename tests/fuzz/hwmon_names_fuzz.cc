#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/node/hwmon_names.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto file = supercargo::parse_hwmon_file(text)) {
    static_cast<void>(supercargo::hwmon_family(file->kind, file->element, false));
  }
  if (supercargo::clean_hwmon_name(text).starts_with('_')) {
    std::abort();
  }
  return 0;
}
