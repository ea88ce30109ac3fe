#include <cstddef>
#include <cstdint>
#include <string_view>

#include "collectors/node/diskstats.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<supercargo::DiskStats> disks;
  supercargo::parse_diskstats(text, disks);
  for (const supercargo::DiskStats& disk : disks) {
    if (disk.count > supercargo::DiskStats::kCounters) {
      __builtin_trap();
    }
  }
  return 0;
}
