// Any text makes a message that Graylog takes, whole or cut.
#include <cstdlib>

#include "agent/base/self_metrics.h"
#include "exporters/gelf/gelf_cut.h"
#include "exporters/gelf/gelf_encoder.h"
#include "tests/support/graylog_stand_in_rules.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace supercargo;  // NOLINT(google-build-using-namespace): a program of one file
  static SelfMetrics metrics;
  static GelfEncoder encoder({}, GelfCounters(metrics, "fuzz"));
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const ContainerInfo info;
  const Record record{static_cast<std::int64_t>(size) * 1'000'000'007, text, 0, 0, 1};
  std::string out;
  encoder.append(Batch{info, 1, Stream::kStderr, "a/b", {&record, 1}}, out);
  if (out.find('\0') != out.size() - 1) {
    std::abort();
  }
  out.pop_back();
  if (!test::gelf_refusal(out).empty()) {
    std::abort();
  }
  const std::size_t limit = size > 0 ? 250 + data[0] * size / 128 : 250;
  if (cut_gelf_message(out, 0, limit) && (out.size() > limit || !test::gelf_refusal(out).empty())) {
    std::abort();
  }
  return 0;
}
