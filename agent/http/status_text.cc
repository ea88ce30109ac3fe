#include "agent/http/status_text.h"

#include <array>
#include <cmath>

#include <fmt/format.h>

namespace supercargo {
namespace {

constexpr double kMinute = 60;
constexpr double kHour = 3'600;
constexpr double kDay = 86'400;

std::string two_units(double seconds, double big, char big_name, double small, char small_name) {
  const double whole = std::floor(seconds / big);
  const double rest = std::floor((seconds - whole * big) / small);
  return rest > 0 ? fmt::format("{:.0f} {} {:.0f} {}", whole, big_name, rest, small_name)
                  : fmt::format("{:.0f} {}", whole, big_name);
}

}  // namespace

std::string human_bytes(double bytes) {
  constexpr std::array<std::string_view, 6> kUnits{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  constexpr double kNextUnit = 1023.5;  // what would be written as 1024
  std::size_t unit = 0;
  while (std::fabs(bytes) >= kNextUnit && unit + 1 < kUnits.size()) {
    bytes /= 1024;
    ++unit;
  }
  const int digits = unit > 0 && std::fabs(bytes) < 9.95 ? 1 : 0;
  return fmt::format("{:.{}f} {}", bytes, digits, kUnits[unit]);
}

std::string human_duration(double seconds) {
  if (!(seconds >= 0)) {
    seconds = 0;
  }
  if (seconds < 9.95) {
    return fmt::format("{:.1f} s", seconds);
  }
  if (seconds < kMinute) {
    return fmt::format("{:.0f} s", std::floor(seconds));
  }
  if (seconds < kHour) {
    return two_units(seconds, kMinute, 'm', 1, 's');
  }
  if (seconds < kDay) {
    return two_units(seconds, kHour, 'h', kMinute, 'm');
  }
  return two_units(seconds, kDay, 'd', kHour, 'h');
}

std::string human_cores(double cores) {
  const int digits = cores < 0.0995 ? 3 : cores < 9.995 ? 2 : 1;
  return fmt::format("{:.{}f}", cores, digits);
}

std::string human_count(unsigned long long count) {
  std::string text = fmt::format("{}", count);
  for (std::size_t at = text.size(); at > 3; at -= 3) {
    text.insert(at - 3, ",");
  }
  return text;
}

void append_html_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
}

}  // namespace supercargo
