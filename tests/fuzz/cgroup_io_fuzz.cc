// No text may break the parsers; a device stands in the result once.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/cgroup/io_files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<supercargo::DeviceIo> devices;
  static_cast<void>(supercargo::parse_io_stat(text, devices));
  static_cast<void>(supercargo::parse_blkio(text, supercargo::BlkioUnit::kBytes, devices));
  static_cast<void>(supercargo::parse_blkio(text, supercargo::BlkioUnit::kOperations, devices));
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
  for (const supercargo::DeviceIo& device : devices) {
    if (!seen.emplace(device.major, device.minor).second) {
      std::abort();
    }
  }
  return 0;
}
