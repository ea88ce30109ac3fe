#include <cstddef>
#include <cstdint>
#include <string_view>

#include "collectors/node/mountinfo.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const supercargo::Mount& mount : supercargo::parse_mountinfo(text)) {
    if (!supercargo::is_below(mount.mount_point, "/")) {
      __builtin_trap();
    }
  }
  return 0;
}
