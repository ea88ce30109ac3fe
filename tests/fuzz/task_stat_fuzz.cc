#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/node/processes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto stat = supercargo::parse_task_stat(text);
  if (stat && (stat->state < 'A' || stat->state > 'z')) {
    std::abort();
  }
  return 0;
}
