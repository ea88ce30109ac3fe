#include <cstddef>
#include <cstdint>
#include <string_view>

#include "collectors/node/schedstat.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<supercargo::SchedstatCpu> cpus;
  supercargo::parse_schedstat(text, cpus);
  return 0;
}
