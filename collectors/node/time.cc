#include "collectors/node/time.h"

#include <array>
#include <ctime>

#include "agent/base/clock.h"
#include "agent/base/file_end.h"
#include "agent/base/text.h"

namespace supercargo {
namespace {

enum Family : std::size_t { kSeconds, kZoneOffset, kAvailable, kCurrent };

constexpr std::array<std::string_view, 1> kZoneLabels{"time_zone"};
constexpr std::array<std::string_view, 2> kSourceLabels{"clocksource", "device"};
constexpr std::array<MetricDesc, 4> kFamilies{{
    {"node_time_seconds", "System time in seconds since epoch (1970).", MetricKind::kGauge},
    {"node_time_zone_offset_seconds",
     "System time zone offset in seconds.",
     MetricKind::kGauge,
     kZoneLabels},
    {"node_time_clocksource_available_info",
     "Available clocksources read from '/sys/devices/system/clocksource'.",
     MetricKind::kGauge,
     kSourceLabels},
    {"node_time_clocksource_current_info",
     "Current clocksource read from '/sys/devices/system/clocksource'.",
     MetricKind::kGauge,
     kSourceLabels},
}};

}  // namespace

TimeCollector::TimeCollector(const HostPaths& host)
    : clock_sources_(host.sys + "/devices/system/clocksource/clocksource"),
      zone_is_host_(host.root == "/") {}

std::span<const MetricDesc> TimeCollector::families() const noexcept {
  return kFamilies;
}

Status TimeCollector::collect(SampleSet& out) {
  const std::int64_t now = unix_nanoseconds_now();
  out.add(kSeconds, SampleSet::kNoLabels, static_cast<double>(now) / 1e9);
  const std::time_t seconds = now / 1'000'000'000;
  std::tm local{};
  if (zone_is_host_ && ::localtime_r(&seconds, &local) != nullptr) {
    out.add(kZoneOffset,
            out.add_labels({{"time_zone", local.tm_zone}}),
            static_cast<double>(local.tm_gmtoff));
  }
  add_clock_sources(out);
  if (!zone_is_host_) {
    return Error{ErrorCode::kUnavailable, "no time zone: this process' own may not be the host's"};
  }
  return Ok{};
}

// clocksource0/available_clocksource: "tsc kvm-clock"; current_clocksource: "tsc"
void TimeCollector::add_clock_sources(SampleSet& out) {
  for (int device = 0;; ++device) {
    const std::string number = std::to_string(device);
    path_.assign(clock_sources_).append(number).append("/available_clocksource");
    if (!read_file(path_.c_str(), text_, FileEnd::kLess)) {
      return;
    }
    std::string_view rest = trim(text_);
    for (std::string_view source = take_word(rest); !source.empty(); source = take_word(rest)) {
      out.add(kAvailable, out.add_labels({{"clocksource", source}, {"device", number}}), 1);
    }
    path_.assign(clock_sources_).append(number).append("/current_clocksource");
    if (read_file(path_.c_str(), text_, FileEnd::kLess)) {
      out.add(kCurrent, out.add_labels({{"clocksource", trim(text_)}, {"device", number}}), 1);
    }
  }
}

}  // namespace supercargo
