#include "exporters/gelf/peer_hint.h"

namespace supercargo {

std::string_view peer_hint(std::string_view words) {
  constexpr std::string_view kTlsAlert("\x15\x03", 2);  // record type, major version
  if (words.starts_with(kTlsAlert)) {
    return ": it speaks TLS, so the url needs tls://";
  }
  if (words.starts_with("HTTP/")) {
    return ": it speaks HTTP, so the url needs http://";
  }
  return {};
}

}  // namespace supercargo
