// Any text as a listen address gives an address that reads back the same, or an error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "agent/http/listen.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto address = supercargo::parse_listen_address(text);
  if (!address) {
    return 0;
  }
  const std::string host = address->v6 ? "[" + address->host + "]" : address->host;
  const auto again = supercargo::parse_listen_address(host + ":" + std::to_string(address->port));
  if (!again || again->host != address->host || again->port != address->port ||
      again->v6 != address->v6) {
    std::abort();
  }
  return 0;
}
