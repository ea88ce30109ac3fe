#include "agent/base/pressure.h"

#include "agent/base/text.h"

namespace supercargo {
namespace {

std::optional<std::uint64_t> total_of(std::string_view line) {
  for (;;) {
    const std::string_view word = take_word(line);
    if (word.starts_with("total=")) {
      return parse_u64(word.substr(6));
    }
    if (word.empty()) {
      return std::nullopt;
    }
  }
}

}  // namespace

// some avg10=0.00 avg60=0.12 avg300=0.05 total=14120872
// full avg10=0.00 avg60=0.00 avg300=0.00 total=0
Result<PressureTotals> parse_pressure(std::string_view text) {
  PressureTotals out;
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    const std::string_view kind = take_word(line);
    if (kind == "some") {
      out.some = total_of(line);
    } else if (kind == "full") {
      out.full = total_of(line);
    }
  }
  if (!out.some && !out.full) {
    return Error{ErrorCode::kParse, "pressure: no line \"some|full ... total=<number>\""};
  }
  return out;
}

}  // namespace supercargo
