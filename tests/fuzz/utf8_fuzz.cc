// Whatever the bytes are: our idea of UTF-8 is simdjson's, and what was repaired is valid.

#include <cstdlib>
#include <string>

#include <simdjson.h>

#include "agent/base/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string text(data, data + size);
  const std::size_t valid = supercargo::valid_utf8_prefix(text);
  if ((valid == size) != simdjson::validate_utf8(text)) {
    std::abort();
  }
  std::string repaired;
  supercargo::append_valid_utf8(repaired, text);
  const bool kept = repaired.compare(0, valid, text, 0, valid) == 0;
  if (!kept || !simdjson::validate_utf8(repaired) || repaired.size() > 3 * size) {
    std::abort();
  }
  return 0;
}
