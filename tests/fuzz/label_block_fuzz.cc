// Any text as a label block is read or refused; what was read and is written again reads the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "agent/http/container_usage.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto render = [](std::string_view block, std::string& out) {
    return supercargo::for_each_label(block, [&](std::string_view name, std::string_view value) {
      supercargo::append_label(out, name, value);
    });
  };
  std::string first;
  if (!render(text, first)) {
    return 0;
  }
  std::string second;
  if (!render(first, second) || first != second) {
    std::abort();
  }
  return 0;
}
