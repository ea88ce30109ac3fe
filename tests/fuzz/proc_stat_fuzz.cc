#include <cstddef>
#include <cstdint>
#include <string_view>

#include "collectors/node/proc_stat.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  supercargo::ProcStat stat;
  static_cast<void>(supercargo::parse_proc_stat(text, stat));
  return 0;
}
