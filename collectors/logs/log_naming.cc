#include "collectors/logs/log_naming.h"

#include <utility>

#include <fmt/format.h>
#include <fnmatch.h>

#include "agent/base/text.h"
#include "collectors/kubernetes/log_paths.h"

namespace supercargo {
namespace {

constexpr std::string_view kGzipSuffix = ".gz";

// Takes ".gz" off the name.
bool take_gzip(std::string_view& name) {
  const bool compressed = name.ends_with(kGzipSuffix);
  name.remove_suffix(compressed ? kGzipSuffix.size() : 0);
  return compressed;
}

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Takes the last run of digits and the one character before it off the name. Empty, and nothing
// taken, where the name has none, or has nothing before it.
std::string_view take_digits(std::string_view& name, char& before) {
  std::size_t begin = name.size();
  while (begin > 0 && is_digit(name[begin - 1])) {
    --begin;
  }
  if (begin == name.size() || begin < 2) {
    return {};
  }
  const std::string_view digits = name.substr(begin);
  before = name[begin - 1];
  name = name.substr(0, begin - 1);
  return digits;
}

// %Y%m%d of logrotate's dateext, or %Y%m%d%H.
bool is_date(std::string_view digits) {
  return digits.size() == 8 || digits.size() == 10;
}

struct Suffix {
  std::string rotated;
  bool numbered = false;
};

// As many digits for each, the higher number first.
std::optional<std::string> order_of_number(std::string_view digits) {
  const std::optional<std::uint64_t> number = parse_u64(digits);
  if (!number || *number > 999'999) {
    return std::nullopt;
  }
  return std::to_string(1'999'999 - *number);
}

// Takes what one rotation has added off the name. Dates are taken for older than numbers.
std::optional<Suffix> take_suffix(std::string_view& name) {
  std::string_view rest = name;
  char before = 0;
  const std::string_view last = take_digits(rest, before);
  if (before == '.' && !last.empty() && last.size() <= 6) {
    name = rest;
    return Suffix{"n" + *order_of_number(last), true};
  }
  if (is_date(last) && (before == '.' || before == '-')) {
    // -20261122-1790000000: seconds behind a date look like a date themselves.
    std::string_view shorter = rest;
    char before_date = 0;
    const std::string_view date = take_digits(shorter, before_date);
    const bool seconds = before == '-' && is_date(date) && before_date == '-';
    name = seconds ? shorter : rest;
    return Suffix{seconds ? fmt::format("d{}-{}", date, last) : fmt::format("d{}", last), false};
  }
  return std::nullopt;
}

}  // namespace

std::optional<LogFileOrder> kubernetes_naming(std::string_view name) {
  const std::optional<LogFileName> parsed = parse_log_file_name(name);
  if (!parsed || parsed->kind == LogFileName::Kind::kTemporary) {
    return std::nullopt;
  }
  return LogFileOrder{parsed->restart,
                      parsed->kind == LogFileName::Kind::kCurrent,
                      std::string(parsed->rotated_at),
                      parsed->kind == LogFileName::Kind::kGzip};
}

std::optional<LogFileOrder> docker_naming(std::string_view name) {
  constexpr std::string_view kSuffix = "-json.log";
  const std::size_t suffix = name.find(kSuffix);
  if (suffix == std::string_view::npos) {
    return std::nullopt;
  }
  name.remove_prefix(suffix + kSuffix.size());
  if (name.empty()) {
    return LogFileOrder{.current = true, .numbered = true};
  }
  const bool compressed = take_gzip(name);
  if (!name.starts_with('.')) {
    return std::nullopt;
  }
  std::optional<std::string> rotated = order_of_number(name.substr(1));
  if (!rotated) {
    return std::nullopt;
  }
  return LogFileOrder{.rotated = std::move(*rotated), .compressed = compressed, .numbered = true};
}

std::string_view plain_base(std::string_view name) {
  std::string_view base = name;
  (void)take_gzip(base);
  bool taken = false;
  while (take_suffix(base)) {
    taken = true;
  }
  return taken ? base : name;
}

FileNaming plain_naming(std::string base, std::string pattern) {
  return [base = std::move(base),
          pattern = std::move(pattern)](std::string_view name) -> std::optional<LogFileOrder> {
    if (!name.starts_with(base) || plain_base(name) != base) {
      return std::nullopt;
    }
    const bool asked_for = ::fnmatch(pattern.c_str(), std::string(name).c_str(), FNM_PERIOD) == 0;
    if (name == base) {
      return asked_for ? std::optional(LogFileOrder{.current = true}) : std::nullopt;
    }
    LogFileOrder order;
    order.compressed = take_gzip(name);
    while (const std::optional<Suffix> suffix = take_suffix(name)) {
      order.rotated = suffix->rotated;
      order.numbered = suffix->numbered;
    }
    order.only_continues = !asked_for;
    return order;
  };
}

}  // namespace supercargo
