// A URL that is taken, written as text, is taken again and means the same.
#include <cstdlib>

#include "exporters/gelf/gelf_endpoint.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using supercargo::parse_gelf_url;
  const auto first = parse_gelf_url({reinterpret_cast<const char*>(data), size});
  if (!first) {
    return 0;
  }
  const auto second = parse_gelf_url(first->text());
  if (!second || second->host != first->host || second->port != first->port ||
      second->path != first->path || second->transport != first->transport) {
    std::abort();
  }
  return 0;
}
