// No text may break the parsers; a key that is not in the text has no value.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/cgroup/memory_files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(supercargo::parse_memory_stat_v1(text));
  const auto stat = supercargo::parse_memory_stat_v2(text);
  const auto events = supercargo::parse_memory_events(text);
  static_cast<void>(supercargo::parse_single_value(text));
  const bool invented =
      (stat && stat->rss && text.find("anon ") == std::string_view::npos) ||
      (events && events->oom_kill && text.find("oom_kill ") == std::string_view::npos);
  if (invented) {
    std::abort();
  }
  return 0;
}
