#include "collectors/logs/timestamp.h"

#include <chrono>
#include <cstring>

namespace supercargo {
namespace {

constexpr std::size_t kPrefix = 19;  // YYYY-MM-DDTHH:MM:SS

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Two or four digits at `at`; -1 when there are others.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (!is_digit(text[i])) {
      return -1;
    }
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

bool has_separators(std::string_view text) {
  return text[4] == '-' && text[7] == '-' && (text[10] == 'T' || text[10] == 't') &&
         text[13] == ':' && text[16] == ':';
}

// Seconds since 1970 of "2026-11-22T14:36:43" read as UTC. A leap second (60) counts as the next
// second.
std::optional<std::int64_t> prefix_seconds(std::string_view text) {
  if (!has_separators(text)) {
    return std::nullopt;
  }
  const int year = digits(text, 0, 4);
  const int month = digits(text, 5, 2);
  const int day = digits(text, 8, 2);
  const int hour = digits(text, 11, 2);
  const int minute = digits(text, 14, 2);
  const int second = digits(text, 17, 2);
  if (year < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (month < 1 || day < 1 || !date.ok()) {
    return std::nullopt;
  }
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return ((days * 24 + hour) * 60 + minute) * 60 + second;
}

// "Z", "+02:00" or "-0330" in seconds east of UTC.
std::optional<std::int64_t> offset_seconds(std::string_view text) {
  if (text == "Z" || text == "z") {
    return 0;
  }
  const bool colon = text.size() == 6 && text[3] == ':';
  if ((text.size() != 5 && !colon) || (text[0] != '+' && text[0] != '-')) {
    return std::nullopt;
  }
  const int hours = digits(text, 1, 2);
  const int minutes = digits(text, colon ? 4 : 3, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) {
    return std::nullopt;
  }
  const std::int64_t seconds = (std::int64_t{hours} * 60 + minutes) * 60;
  return text[0] == '-' ? -seconds : seconds;
}

// The digits at the start of `text` as a fraction of a second; those after the ninth are cut.
// Returns how many digits there are. One multiplication a digit is all that a line waits for.
std::size_t take_fraction(std::string_view text, std::int64_t& nanoseconds) {
  constexpr std::size_t kKept = 9;
  constexpr std::array<std::uint32_t, kKept + 1> kScale{
      1'000'000'000, 100'000'000, 10'000'000, 1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};
  std::uint32_t value = 0;
  std::size_t count = 0;
  for (; count < text.size() && count < kKept && is_digit(text[count]); ++count) {
    value = value * 10 + static_cast<std::uint32_t>(text[count] - '0');
  }
  nanoseconds = std::int64_t{value} * kScale[count];
  while (count < text.size() && is_digit(text[count])) {
    ++count;
  }
  return count;
}

}  // namespace

std::optional<std::int64_t> TimestampParser::parse(std::string_view text) {
  if (text.size() <= kPrefix) {
    return std::nullopt;
  }
  if (std::memcmp(text.data(), last_prefix_.data(), kPrefix) != 0) {
    const std::optional<std::int64_t> seconds = prefix_seconds(text);
    if (!seconds) {
      return std::nullopt;
    }
    std::memcpy(last_prefix_.data(), text.data(), kPrefix);
    last_seconds_ = *seconds;
  }
  text.remove_prefix(kPrefix);
  std::int64_t nanoseconds = 0;
  if (text[0] == '.') {
    text.remove_prefix(1);
    const std::size_t count = take_fraction(text, nanoseconds);
    if (count == 0) {
      return std::nullopt;
    }
    text.remove_prefix(count);
  }
  const std::optional<std::int64_t> offset = text == "Z" ? 0 : offset_seconds(text);
  if (!offset) {
    return std::nullopt;
  }
  constexpr std::int64_t kMaxSeconds =
      9'223'372'035;  // what an int64 of nanoseconds holds: the year 2262
  const std::int64_t seconds = last_seconds_ - *offset;
  if (seconds > kMaxSeconds || seconds < -kMaxSeconds) {
    return std::nullopt;
  }
  return seconds * 1'000'000'000 + nanoseconds;
}

}  // namespace supercargo
