// Any line has a level or none, by its first bytes alone, and a level is one of syslog's.
#include <cstdlib>

#include "agent/pipeline/line_level.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace supercargo;  // NOLINT(google-build-using-namespace): a program of one file
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  const auto level = line_level(line);
  if (level && static_cast<unsigned>(*level) > 7) {
    std::abort();
  }
  if (level != line_level(line.substr(0, kLevelWindow))) {
    std::abort();
  }
  return 0;
}
