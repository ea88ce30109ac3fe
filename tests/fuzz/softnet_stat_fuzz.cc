#include <cstddef>
#include <cstdint>
#include <string_view>

#include "collectors/node/softnet.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<supercargo::SoftnetCpu> cpus;
  static_cast<void>(supercargo::parse_softnet_stat(text, cpus));
  return 0;
}
