// Names of log files: whatever a directory holds, each name belongs to one chain at most.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "collectors/logs/log_naming.h"

using supercargo::LogFileOrder;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view name(reinterpret_cast<const char*>(data), size);
  (void)supercargo::kubernetes_naming(name);
  (void)supercargo::docker_naming(name);
  const std::string_view base = supercargo::plain_base(name);
  if (!name.starts_with(base) || (base.empty() && !name.empty())) {
    std::abort();
  }
  if (name.find('\0') != std::string_view::npos) {
    return 0;  // no name of a file
  }
  const auto order = supercargo::plain_naming(std::string(base), "*")(name);
  if (!order && !name.starts_with('.')) {
    std::abort();  // of no chain
  }
  if (order && order->current != (name == base)) {
    std::abort();
  }
  if (supercargo::plain_naming(std::string(base) + "x", "*")(name)) {
    std::abort();  // of two
  }
  return 0;
}
