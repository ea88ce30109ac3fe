// Fields of any line are few, short, valid UTF-8, and each stands once.
#include <cstdlib>
#include <set>

#include "agent/base/utf8.h"
#include "agent/pipeline/line_fields.h"

namespace {

void check(bool holds) {
  if (!holds) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace supercargo;  // NOLINT(google-build-using-namespace): a program of one file
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  for (const auto format :
       {ParseConfig::Format::kAuto, ParseConfig::Format::kJson, ParseConfig::Format::kLogfmt}) {
    ParseConfig config;
    config.format = format;
    config.fields = {"a", "b", "a.b", "level", "msg", "http.status"};
    config.max_value_bytes = 16;
    LineFields fields(config);
    for (int round = 0; round < 2; ++round) {
      std::set<std::size_t> seen;
      for (const LineField& field : fields.find(line)) {
        check(field.which < config.fields.size() && seen.insert(field.which).second);
        check(!field.text.empty() && field.text.size() <= config.max_value_bytes);
        check(valid_utf8_prefix(field.text) == field.text.size());
        check(!field.is_number || is_json_number(field.text));
      }
    }
  }
  return 0;
}
