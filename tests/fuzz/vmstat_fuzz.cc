#include <cstddef>
#include <cstdint>
#include <string_view>

#include "collectors/node/vmstat.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<supercargo::VmstatField> fields;
  static_cast<void>(supercargo::parse_vmstat(text, fields));
  return 0;
}
