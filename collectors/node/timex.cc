#include "collectors/node/timex.h"

#include <cerrno>

namespace supercargo {
namespace {

constexpr MetricDesc gauge(std::string_view name, std::string_view help) {
  return {name, help, MetricKind::kGauge};
}

constexpr MetricDesc counter(std::string_view name, std::string_view help) {
  return {name, help, MetricKind::kCounter};
}

constexpr std::array<MetricDesc, kTimexFamilies> kFamilies{{
    gauge("node_timex_sync_status",
          "Is clock synchronized to a reliable server (1 = yes, 0 = no)."),
    gauge("node_timex_offset_seconds", "Time offset in between local system and reference clock."),
    gauge("node_timex_frequency_adjustment_ratio", "Local clock frequency adjustment."),
    gauge("node_timex_maxerror_seconds", "Maximum error in seconds."),
    gauge("node_timex_estimated_error_seconds", "Estimated error in seconds."),
    gauge("node_timex_status", "Value of the status array bits."),
    gauge("node_timex_loop_time_constant", "Phase-locked loop time constant."),
    gauge("node_timex_tick_seconds", "Seconds between clock ticks."),
    gauge("node_timex_pps_frequency_hertz", "Pulse per second frequency."),
    gauge("node_timex_pps_jitter_seconds", "Pulse per second jitter."),
    gauge("node_timex_pps_shift_seconds", "Pulse per second interval duration."),
    gauge("node_timex_pps_stability_hertz",
          "Pulse per second stability, average of recent frequency changes."),
    counter("node_timex_pps_jitter_total",
            "Pulse per second count of jitter limit exceeded events."),
    counter("node_timex_pps_calibration_total", "Pulse per second count of calibration intervals."),
    counter("node_timex_pps_error_total", "Pulse per second count of calibration errors."),
    counter("node_timex_pps_stability_exceeded_total",
            "Pulse per second count of stability limit exceeded events."),
    gauge("node_timex_tai_offset_seconds", "International Atomic Time (TAI) offset."),
}};

constexpr double kMicro = 1e6;
constexpr double kNano = 1e9;
constexpr double kScaledPpm = 1e6 * 65536;  // adjtimex(2): parts per million, 16 bit fraction

double number(long value) {
  return static_cast<double>(value);
}

}  // namespace

std::array<double, kTimexFamilies> timex_values(const timex& clock, int state) {
  const double unit = (clock.status & STA_NANO) != 0 ? kNano : kMicro;
  return {state == TIME_ERROR ? 0.0 : 1.0,
          number(clock.offset) / unit,
          1 + number(clock.freq) / kScaledPpm,
          number(clock.maxerror) / kMicro,
          number(clock.esterror) / kMicro,
          number(clock.status),
          number(clock.constant),
          number(clock.tick) / kMicro,
          number(clock.ppsfreq) / kScaledPpm,
          number(clock.jitter) / unit,
          number(clock.shift),
          number(clock.stabil) / kScaledPpm,
          number(clock.jitcnt),
          number(clock.calcnt),
          number(clock.errcnt),
          number(clock.stbcnt),
          number(clock.tai)};
}

std::span<const MetricDesc> TimexCollector::families() const noexcept {
  return kFamilies;
}

Status TimexCollector::collect(SampleSet& out) {
  timex clock{};
  const int state = ::adjtimex(&clock);
  if (state < 0) {
    const int number_of_error = errno;
    Error error = errno_error("adjtimex", number_of_error);
    if (number_of_error == EPERM || number_of_error == ENOSYS) {
      error.code = ErrorCode::kUnavailable;
    }
    return error;
  }
  const std::array<double, kTimexFamilies> values = timex_values(clock, state);
  for (std::size_t family = 0; family < values.size(); ++family) {
    out.add(family, SampleSet::kNoLabels, values[family]);
  }
  return Ok{};
}

}  // namespace supercargo
