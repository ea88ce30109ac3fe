#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/node/os.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const supercargo::OsRelease release = supercargo::parse_os_release(text);
  for (const auto& [key, value] : release) {
    static_cast<void>(supercargo::leading_version(value));
    if (key.empty()) {
      std::abort();
    }
  }
  return 0;
}
