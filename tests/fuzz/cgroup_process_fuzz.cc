// No text may break the parsers; names of interfaces are views into the text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "collectors/cgroup/process_files.h"
#include "collectors/cgroup/process_limits.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(supercargo::parse_procs(text));
  static_cast<void>(supercargo::parse_open_files_limit(text));
  std::vector<supercargo::InterfaceCounters> interfaces;
  static_cast<void>(supercargo::parse_net_dev(text, interfaces));
  for (const supercargo::InterfaceCounters& one : interfaces) {
    const bool inside = one.name.data() >= text.data() && !one.name.empty() &&
                        one.name.data() + one.name.size() <= text.data() + text.size();
    if (!inside) {
      std::abort();
    }
    static_cast<void>(supercargo::is_skipped_interface(one.name));
  }
  return 0;
}
