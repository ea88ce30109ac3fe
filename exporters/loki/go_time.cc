#include "exporters/loki/go_time.h"

#include <algorithm>
#include <limits>

#include "agent/base/text.h"

namespace supercargo {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Cuts pieces off the front; after a piece that is not there everything fails.
class Pieces {
 public:
  explicit Pieces(std::string_view text) : rest_(text) {}

  std::int64_t digits(std::size_t least, std::size_t most) {
    std::size_t size = 0;
    while (size < std::min(most, rest_.size()) && is_digit(rest_[size])) {
      ++size;
    }
    const auto number = parse_number<std::int64_t>(rest_.substr(0, size));
    good_ = good_ && size >= least && number.has_value();
    rest_.remove_prefix(size);
    return number.value_or(0);
  }

  // One of these characters, which it gives; 0 and failure where there is none.
  char one_of(std::string_view characters) {
    if (rest_.empty() || characters.find(rest_.front()) == std::string_view::npos) {
      good_ = false;
      return 0;
    }
    const char found = rest_.front();
    rest_.remove_prefix(1);
    return found;
  }

  [[nodiscard]] bool begins_with(char c) const { return !rest_.empty() && rest_.front() == c; }

  void fail_unless(bool holds) { good_ = good_ && holds; }

  [[nodiscard]] bool good() const { return good_; }

  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  bool good_ = true;
};

// Days since 1970 of a date in the Gregorian calendar, which Go extends to all years: counted in
// eras of 400 years that begin on the first of March, so that the leap day is a year's last.
std::int64_t days_since_1970(std::int64_t year, std::int64_t month, std::int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = year / 400;
  const std::int64_t year_of_era = year % 400;
  const std::int64_t day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

std::int64_t saturated(std::int64_t seconds, std::int64_t nanos) {
  std::int64_t time_ns = 0;
  if (__builtin_mul_overflow(seconds, kNanosPerSecond, &time_ns) ||
      __builtin_add_overflow(time_ns, nanos, &time_ns)) {
    return seconds < 0 ? std::numeric_limits<std::int64_t>::min()
                       : std::numeric_limits<std::int64_t>::max();
  }
  return time_ns;
}

std::int64_t take_date(Pieces& pieces) {
  const std::int64_t year = pieces.digits(4, 9);
  pieces.one_of("-");
  const std::int64_t month = pieces.digits(2, 2);
  pieces.one_of("-");
  const std::int64_t day = pieces.digits(2, 2);
  pieces.fail_unless(month >= 1 && month <= 12 && day >= 1 && day <= 31);
  return pieces.good() ? days_since_1970(year, month, day) * kSecondsPerDay : 0;
}

std::int64_t take_clock(Pieces& pieces) {
  const std::int64_t hours = pieces.digits(2, 2);
  pieces.one_of(":");
  const std::int64_t minutes = pieces.digits(2, 2);
  pieces.one_of(":");
  const std::int64_t seconds = pieces.digits(2, 2);
  pieces.fail_unless(hours <= 23 && minutes <= 59 && seconds <= 59);
  return (hours * 60 + minutes) * 60 + seconds;
}

std::int64_t take_fraction(Pieces& pieces) {
  if (!pieces.begins_with('.')) {
    return 0;
  }
  pieces.one_of(".");
  const std::size_t before = pieces.rest().size();
  std::int64_t nanos = pieces.digits(1, 9);
  for (std::size_t size = before - pieces.rest().size(); size < 9; ++size) {
    nanos *= 10;
  }
  return nanos;
}

std::int64_t take_offset(Pieces& pieces, bool has_colon) {
  const std::int64_t sign = pieces.one_of("+-") == '-' ? -1 : 1;
  const std::int64_t hours = pieces.digits(2, 2);
  if (has_colon) {
    pieces.one_of(":");
  }
  const std::int64_t minutes = pieces.digits(2, 2);
  return sign * (hours * 60 + minutes) * 60;
}

// Behind the offset stands the zone's name, and at times the monotonic clock: "UTC m=+0.000012".
std::int64_t take_go_zone(Pieces& pieces) {
  pieces.one_of(" ");
  const std::int64_t offset = take_offset(pieces, /*has_colon=*/false);
  pieces.one_of(" ");
  pieces.fail_unless(!pieces.rest().empty());
  return offset;
}

std::int64_t take_rfc_zone(Pieces& pieces) {
  std::int64_t offset = 0;
  if (pieces.begins_with('Z')) {
    pieces.one_of("Z");
  } else {
    offset = take_offset(pieces, /*has_colon=*/true);
  }
  pieces.fail_unless(pieces.rest().empty());
  return offset;
}

std::optional<std::int64_t> parse_date_and_clock(std::string_view text) {
  Pieces pieces(text);
  const std::int64_t date = take_date(pieces);
  const bool is_rfc = pieces.one_of("T ") == 'T';
  const std::int64_t clock = take_clock(pieces);
  const std::int64_t nanos = take_fraction(pieces);
  const std::int64_t offset = is_rfc ? take_rfc_zone(pieces) : take_go_zone(pieces);
  return pieces.good() ? std::optional(saturated(date + clock - offset, nanos)) : std::nullopt;
}

std::optional<std::int64_t> parse_seconds(std::string_view text) {
  const bool negative = text.starts_with('-');
  Pieces pieces(negative ? text.substr(1) : text);
  const std::int64_t seconds = pieces.digits(1, 18);
  const std::int64_t nanos = take_fraction(pieces);
  pieces.fail_unless(pieces.rest().empty());
  const std::int64_t sign = negative ? -1 : 1;
  return pieces.good() ? std::optional(saturated(sign * seconds, sign * nanos)) : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> parse_go_time(std::string_view text) {
  const std::optional<std::int64_t> time = parse_date_and_clock(text);
  return time ? time : parse_seconds(text);
}

}  // namespace supercargo
