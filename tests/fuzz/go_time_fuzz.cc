// Any text as a time of Go's: what is printed from it again is the same time.

#include <cstdlib>
#include <string>

#include "exporters/loki/go_time.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string text(data, data + size);
  const std::optional<std::int64_t> time = supercargo::parse_go_time(text);
  constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
  if (time && *time >= 0 && *time % kNanosPerSecond == 0 &&
      supercargo::parse_go_time(std::to_string(*time / kNanosPerSecond)) != time) {
    std::abort();
  }
  return 0;
}
