// Whatever bytes go in, a strict reader must take what JsonWriter wrote, and bytes that are valid
// UTF-8 must come back as they were.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "agent/base/json_writer.h"

namespace {

bool is_valid_utf8(std::string_view text) {
  try {
    (void)nlohmann::json(text).dump();
    return true;
  } catch (const nlohmann::json::type_error&) {
    return false;
  }
}

void check(bool holds) {
  if (!holds) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(data, data + size);
  const std::size_t middle = size / 2;
  std::string out;
  supercargo::JsonWriter json(out);
  json.begin_object();
  json.member("whole", std::string_view(input));
  json.key("list");
  json.begin_array();
  json.value(std::string_view(input).substr(0, middle));
  json.value(std::string_view(input).substr(middle));
  json.end_array();
  json.key("inner");
  json.begin_object();
  json.key(input);
  json.null();
  json.end_object();
  json.end_object();

  const auto read = nlohmann::json::parse(out, nullptr, /*allow_exceptions=*/false);
  check(!read.is_discarded());
  check(read["list"].size() == 2);
  check(read["inner"].size() == 1);
  if (is_valid_utf8(input)) {
    check(read["whole"].get<std::string>() == input);
    check(read["inner"].begin().key() == input);
  }
  return 0;
}
