#include <cstddef>
#include <cstdint>
#include <string_view>

#include "collectors/node/udev_properties.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  supercargo::UdevProperties properties;
  properties.parse(std::string(text));
  static_cast<void>(properties.get("ID_MODEL"));
  return 0;
}
