// No text may break the parsers, nor make a list of processors without bound.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/cgroup/machine_info.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(supercargo::parse_meminfo(text));
  static_cast<void>(supercargo::pretty_name_of(text));
  const auto cpus = supercargo::parse_cpu_list(text);
  if (cpus && (cpus->empty() || cpus->size() > 2 * 65536)) {
    std::abort();
  }
  return 0;
}
