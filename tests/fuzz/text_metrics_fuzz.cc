#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/node/text_metrics.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto families = supercargo::parse_text_metrics(text);
  if (!families) {
    return 0;
  }
  for (const supercargo::TextFamily& family : *families) {
    if (family.samples.empty() || family.name.empty()) {
      std::abort();
    }
  }
  return 0;
}
