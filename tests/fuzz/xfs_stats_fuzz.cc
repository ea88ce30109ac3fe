#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/node/xfs.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  supercargo::parse_xfs_stats(text, [](std::size_t family, double value) {
    if (family >= 39 || !(value >= 0)) {
      std::abort();
    }
  });
  return 0;
}
