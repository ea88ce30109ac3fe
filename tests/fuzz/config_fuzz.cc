// Any text is a configuration or a list of errors, and what is accepted can be printed and read
// again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "agent/config/load.h"
#include "agent/config/reference.h"

namespace {

std::optional<std::string> lookup(std::string_view name) {
  return name.size() < 3 ? std::optional<std::string>("$value") : std::nullopt;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto result = supercargo::parse_config(text, "fuzz.yaml", lookup);
  if (!result) {
    if (result.errors.empty()) {
      std::abort();
    }
    return 0;
  }
  const std::string printed = supercargo::effective_config_yaml(result.loaded->config);
  const auto again = supercargo::parse_config(printed, "printed.yaml", lookup);
  if (!again || supercargo::effective_config_yaml(again.loaded->config) != printed) {
    std::abort();
  }
  return 0;
}
