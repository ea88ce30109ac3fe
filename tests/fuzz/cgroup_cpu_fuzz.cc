// No text may break the parsers; a period that was accepted stands in the text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "collectors/cgroup/cpu_files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(supercargo::parse_cpu_stat(text));
  static_cast<void>(supercargo::parse_cpuacct_stat(text));
  const auto limit = supercargo::parse_cpu_max(text);
  if (limit && text.find(std::to_string(limit->period_us)) == std::string_view::npos) {
    std::abort();
  }
  return 0;
}
