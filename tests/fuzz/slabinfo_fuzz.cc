#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/node/slabinfo.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<supercargo::SlabCache> caches;
  static_cast<void>(supercargo::parse_slabinfo(text, caches));
  for (std::size_t i = 1; i < caches.size(); ++i) {
    if (caches[i - 1].name >= caches[i].name) {
      std::abort();
    }
  }
  return 0;
}
