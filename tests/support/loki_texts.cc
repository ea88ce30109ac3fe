#include "tests/support/loki_texts.h"

#include <algorithm>
#include <array>
#include <ctime>

#include <fmt/format.h>

namespace supercargo::test {
namespace {

struct Split {
  std::time_t seconds;
  std::int64_t nanoseconds;
};

// Towards the past, so that times before 1970 come out right.
Split split(std::int64_t time_ns) {
  std::int64_t seconds = time_ns / kNanosecondsPerSecond;
  std::int64_t rest = time_ns % kNanosecondsPerSecond;
  if (rest < 0) {
    --seconds;
    rest += kNanosecondsPerSecond;
  }
  return {seconds, rest};
}

// The day and the time of the day, with what stands between them.
std::string formatted(std::time_t seconds, char between) {
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}",
                     parts.tm_year + 1900,
                     parts.tm_mon + 1,
                     parts.tm_mday,
                     between,
                     parts.tm_hour,
                     parts.tm_min,
                     parts.tm_sec);
}

std::string fraction(std::int64_t nanoseconds) {
  if (nanoseconds == 0) {
    return {};
  }
  std::string digits = fmt::format(".{:09}", nanoseconds);
  digits.erase(digits.find_last_not_of('0') + 1);
  return digits;
}

bool has_name(const LabelPairs& labels, std::string_view name) {
  return std::any_of(
      labels.begin(), labels.end(), [name](const auto& label) { return label.first == name; });
}

}  // namespace

std::string go_time(std::int64_t time_ns) {
  const auto [seconds, nanoseconds] = split(time_ns);
  return formatted(seconds, ' ').append(fraction(nanoseconds)) + " +0000 UTC";
}

std::string go_rfc3339(std::int64_t time_ns) {
  return formatted(split(time_ns).seconds, 'T') + 'Z';
}

std::string go_byte_size(std::uint64_t bytes) {
  constexpr std::array<const char*, 7> kUnits{"B", "KB", "MB", "GB", "TB", "PB", "EB"};
  std::size_t unit = 0;
  while (bytes != 0 && bytes % 1024 == 0 && unit + 1 < kUnits.size()) {
    bytes /= 1024;
    ++unit;
  }
  return fmt::format("{}{}", bytes, kUnits[unit]);
}

std::string go_quote(std::string_view text) {
  constexpr std::string_view kBytes = "\a\b\f\n\r\t\v\\\"";
  constexpr std::string_view kNames = "abfnrtv\\\"";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (const std::size_t at = kBytes.find(c); at != std::string_view::npos) {
      out.append("\\") += kNames[at];
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string labels_text(LabelPairs labels) {
  std::sort(labels.begin(), labels.end());
  std::string text = "{";
  for (const auto& [name, value] : labels) {
    text.append(text.size() > 1 ? ", " : "").append(name).append("=").append(go_quote(value));
  }
  return text + '}';
}

LabelPairs discover_service_name(LabelPairs labels) {
  constexpr std::array<std::string_view, 13> kSources{"service",
                                                      "app",
                                                      "application",
                                                      "app_name",
                                                      "name",
                                                      "app_kubernetes_io_name",
                                                      "container",
                                                      "container_name",
                                                      "k8s_container_name",
                                                      "component",
                                                      "workload",
                                                      "job",
                                                      "k8s_job_name"};
  constexpr std::string_view kName = "service_name";
  if (has_name(labels, kName)) {
    return labels;
  }
  std::string value = "unknown_service";
  for (const std::string_view source : kSources) {
    const auto found = std::find_if(labels.begin(), labels.end(), [source](const auto& label) {
      return label.first == source;
    });
    if (found != labels.end()) {
      value = found->second;
      break;
    }
  }
  labels.emplace_back(kName, value);
  return labels;
}

LabelPairs without_empty(LabelPairs labels) {
  std::erase_if(labels, [](const auto& label) { return label.second.empty(); });
  return labels;
}

}  // namespace supercargo::test
