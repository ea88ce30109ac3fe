#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/node/rpc_stats.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const supercargo::RpcLine& line : supercargo::parse_rpc_stats(text)) {
    if (line.numbers.empty()) {
      std::abort();
    }
  }
  return 0;
}
