// A CRI line decodes to a part of itself, or to nothing.

#include <cstdlib>

#include "collectors/logs/log_line.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  supercargo::TimestampParser timestamps;
  supercargo::LogLine out;
  if (supercargo::parse_cri_line(line, timestamps, out) && !line.ends_with(out.text)) {
    std::abort();
  }
  return 0;
}
