#include <cstddef>
#include <cstdint>
#include <string_view>

#include "collectors/node/meminfo_numa.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<supercargo::MemoryField> fields;
  supercargo::parse_numa_meminfo(text, fields);
  for (const supercargo::MemoryField& field : fields) {
    static_cast<void>(supercargo::memory_family_suffix(field));
  }
  return 0;
}
