// Any text is a line of facts or none, and what was read is read again as it was written.
#include <cstdlib>

#include "agent/pipeline/fact_lines.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace supercargo;  // NOLINT(google-build-using-namespace): a program of one file
  const auto read = parse_fact_line({reinterpret_cast<const char*>(data), size});
  if (!read) {
    return 0;
  }
  std::string text;
  append_fact_line(text, read->name, read->version);
  const auto again = parse_fact_line(text);
  if (!again || again->name != read->name || again->version.since_ns != read->version.since_ns ||
      again->version.facts != read->version.facts) {
    std::abort();
  }
  return 0;
}
