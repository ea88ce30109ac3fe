#include "agent/config/units.h"

#include <algorithm>
#include <array>
#include <limits>
#include <span>

#include "agent/base/text.h"

namespace supercargo::config {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

// Largest first: formatting takes the first that divides.
constexpr std::array<Unit, 5> kDurations{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

constexpr std::uint64_t kKibi = 1024;
constexpr std::uint64_t kKilo = 1000;
constexpr std::array<Unit, 15> kSizes{{{"TiB", kKibi* kKibi* kKibi* kKibi},
                                       {"GiB", kKibi* kKibi* kKibi},
                                       {"MiB", kKibi* kKibi},
                                       {"KiB", kKibi},
                                       {"TB", kKilo* kKilo* kKilo* kKilo},
                                       {"GB", kKilo* kKilo* kKilo},
                                       {"MB", kKilo* kKilo},
                                       {"kB", kKilo},
                                       {"KB", kKilo},
                                       {"Ti", kKibi* kKibi* kKibi* kKibi},
                                       {"Gi", kKibi* kKibi* kKibi},
                                       {"Mi", kKibi* kKibi},
                                       {"Ki", kKibi},
                                       {"B", 1},
                                       {"", 1}}};

// One number with its unit, cut off the front of `text`: nothing if there is none or it overflows.
std::optional<std::uint64_t> take_quantity(std::string_view& text, std::span<const Unit> units) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_u64(text.substr(0, digits));
  text.remove_prefix(digits);
  const std::string_view name = text.substr(0, text.find_first_of("0123456789"));
  text.remove_prefix(name.size());
  for (const Unit& unit : units) {
    if (unit.name == name) {
      const bool fits = number && *number <= std::numeric_limits<std::int64_t>::max() / unit.factor;
      return fits ? std::optional(*number * unit.factor) : std::nullopt;
    }
  }
  return std::nullopt;
}

std::string format(std::uint64_t number, std::span<const Unit> units) {
  for (const Unit& unit : units) {
    if (number % unit.factor == 0) {
      return std::to_string(number / unit.factor).append(unit.name);
    }
  }
  return std::to_string(number);
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  if (text == "0") {
    return std::chrono::milliseconds{0};
  }
  constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
  std::uint64_t sum = 0;
  do {
    const auto part = take_quantity(text, kDurations);
    if (!part || *part > kMax - sum) {
      return std::nullopt;
    }
    sum += *part;
  } while (!text.empty());
  return std::chrono::milliseconds{static_cast<std::int64_t>(sum)};
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  const auto size = take_quantity(text, kSizes);
  return text.empty() ? size : std::nullopt;
}

std::string format_duration(std::chrono::milliseconds duration) {
  const auto count = static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0));
  return count == 0 ? "0s" : format(count, kDurations);
}

std::string format_size(std::uint64_t bytes) {
  constexpr std::size_t kUnambiguous = 8;  // up to kB: one spelling each
  return bytes == 0 ? "0" : format(bytes, std::span(kSizes).first(kUnambiguous));
}

}  // namespace supercargo::config
