#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/node/cpu_throttle.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (supercargo::parse_isolated_cpus(text).size() > (1U << 16)) {
    std::abort();
  }
  return 0;
}
