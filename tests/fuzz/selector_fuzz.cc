// Any text as a selector: one that is read names itself, ends where selector_length() says, and
// when it is written as we write labels, it is read as the same labels.

#include <cstdlib>
#include <string>

#include "agent/base/utf8.h"
#include "exporters/loki/go_quoted.h"
#include "exporters/loki/selector.h"

namespace {

void check(bool holds) {
  if (!holds) {
    std::abort();
  }
}

bool is_plain(const supercargo::LabelPairs& pairs) {
  for (const auto& [name, value] : pairs) {
    const bool is_name = name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos;
    if (!is_name || name.empty() || supercargo::valid_utf8_prefix(value) != value.size()) {
      return false;
    }
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace supercargo;  // NOLINT(google-build-using-namespace): a program of one function
  const std::string text(data, data + size);
  check(selector_length(text) <= text.size());
  const std::optional<LabelPairs> pairs = parse_labels(text);
  if (!pairs) {
    return 0;
  }
  check(names_stream(*pairs, *pairs));
  if (is_plain(*pairs)) {
    std::string written = "{";
    for (const auto& [name, value] : *pairs) {
      written.append(written.size() > 1 ? "," : "").append(name).append("=");
      append_go_quoted(written, value);
    }
    written += "}";
    check(selector_length(written) == written.size());
    check(parse_labels(written) == pairs);
  }
  return 0;
}
