#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/node/interrupts.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  supercargo::Interrupts out;
  if (supercargo::parse_interrupts(text, out) &&
      out.counts.size() != out.cpus.size() * out.sources.size()) {
    std::abort();
  }
  return 0;
}
