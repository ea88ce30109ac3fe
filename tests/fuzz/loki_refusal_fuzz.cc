// Any text as Loki's answer: the first byte picks the status. There is always a refusal where there
// is no acceptance (a page is none), and every stream that is named stands in the text.

#include <array>
#include <cstdlib>
#include <string>

#include "agent/base/text.h"
#include "exporters/loki/loki_refusal.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace supercargo;  // NOLINT(google-build-using-namespace): a program of one function
  if (size == 0) {
    return 0;
  }
  constexpr std::array<int, 8> kStatuses{400, 429, 413, 500, 260, 204, 401, 503};
  const int status = kStatuses.at(data[0] % kStatuses.size());
  const std::string text(data + 1, data + size);
  const std::vector<LokiRefusal> refusals = parse_loki_refusals(status, text);
  const bool is_page = trim(text).starts_with('<');
  if (refusals.empty() != (status == 204 && !is_page)) {
    std::abort();
  }
  for (const LokiRefusal& refusal : refusals) {
    if (text.find(refusal.stream) == std::string::npos || refusal_reason(refusal.cause).empty()) {
      std::abort();
    }
  }
  return 0;
}
