#include "exporters/loki/byte_size.h"

#include <cmath>

#include "agent/base/text.h"

namespace supercargo {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The power of 1,024 that a unit stands for.
std::optional<unsigned> unit_power(std::string_view unit) {
  constexpr std::string_view kPrefixes = "kmgtpe";
  if (!unit.empty() && lower(unit.back()) == 'b') {
    unit.remove_suffix(1);
  }
  if (unit.size() == 2 && lower(unit.back()) == 'i') {
    unit.remove_suffix(1);
  }
  if (unit.empty()) {
    return 0;
  }
  const std::size_t found = kPrefixes.find(lower(unit.front()));
  if (unit.size() != 1 || found == std::string_view::npos) {
    return std::nullopt;
  }
  return static_cast<unsigned>(found) + 1;
}

std::optional<std::uint64_t> scaled(std::string_view number, unsigned shift) {
  if (const std::optional<std::uint64_t> whole = parse_u64(number)) {
    const std::uint64_t bytes = *whole << shift;
    return bytes >> shift == *whole ? std::optional(bytes) : std::nullopt;
  }
  const std::optional<double> fraction = parse_number<double>(number);
  constexpr double kMost = 18'446'744'073'709'549'568.0;  // the largest double below 2^64
  const double bytes = fraction ? std::ldexp(*fraction, static_cast<int>(shift)) : -1;
  if (!(bytes >= 0 && bytes <= kMost)) {
    return std::nullopt;
  }
  return static_cast<std::uint64_t>(bytes);
}

}  // namespace

std::optional<std::uint64_t> parse_byte_size(std::string_view text) {
  const std::size_t number_size = text.find_first_not_of("0123456789.");
  const std::string_view number = text.substr(0, number_size);
  const std::string_view unit = trim(text.substr(number.size()));
  const std::optional<unsigned> power = unit_power(unit);
  if (number.empty() || !power) {
    return std::nullopt;
  }
  return scaled(number, *power * 10);
}

}  // namespace supercargo
