// Any text as /proc/PID/stat, /proc/PID/limits and /proc/stat gives numbers or an error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "exporters/prometheus/process_collector.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto stat = supercargo::parse_process_stat(text);
  if (!stat && stat.error().message.empty()) {
    std::abort();
  }
  const auto files = supercargo::parse_max_open_files(text);
  if (files && *files < 0) {
    std::abort();
  }
  static_cast<void>(supercargo::parse_max_address_space(text));
  return 0;
}
