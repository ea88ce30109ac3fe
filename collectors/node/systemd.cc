#include "collectors/node/systemd.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace supercargo {
namespace {

enum Family : std::size_t {
  kVersion,
  kUnits,
  kUnitState,
  kStartTime,
  kTasks,
  kMaxTasks,
  kRunning,
  kRestarts,
  kLastTrigger,
  kAccepted,
  kConnections,
  kRefused
};

constexpr std::array<std::string_view, 1> kVersionLabels{"version"};
constexpr std::array<std::string_view, 1> kUnitsLabels{"state"};
constexpr std::array<std::string_view, 3> kStateLabels{"name", "state", "type"};
constexpr std::array<std::string_view, 1> kNameLabels{"name"};

constexpr MetricDesc of_unit(std::string_view name,
                             std::string_view help,
                             MetricKind kind = MetricKind::kGauge) {
  return {name, help, kind, kNameLabels};
}

constexpr std::array<MetricDesc, 12> kFamilies{{
    {"node_systemd_version", "Detected systemd version", MetricKind::kGauge, kVersionLabels},
    {"node_systemd_units", "Summary of systemd unit states", MetricKind::kGauge, kUnitsLabels},
    {"node_systemd_unit_state", "Systemd unit", MetricKind::kGauge, kStateLabels},
    of_unit("node_systemd_unit_start_time_seconds",
            "Start time of the unit since unix epoch in seconds."),
    of_unit("node_systemd_unit_tasks_current", "Current number of tasks per Systemd unit"),
    of_unit("node_systemd_unit_tasks_max", "Maximum number of tasks per Systemd unit"),
    {"node_systemd_system_running",
     "Whether the system is operational (see 'systemctl is-system-running')",
     MetricKind::kGauge},
    of_unit("node_systemd_service_restart_total",
            "Service unit count of Restart triggers",
            MetricKind::kCounter),
    of_unit("node_systemd_timer_last_trigger_seconds", "Seconds since epoch of last trigger."),
    of_unit("node_systemd_socket_accepted_connections_total",
            "Total number of accepted socket connections",
            MetricKind::kCounter),
    of_unit("node_systemd_socket_current_connections", "Current number of socket connections"),
    // A gauge in node_exporter.
    of_unit("node_systemd_socket_refused_connections_total",
            "Total number of refused socket connections"),
}};

constexpr std::array<std::string_view, 5> kStates{
    "active", "activating", "deactivating", "inactive", "failed"};

constexpr double kMicrosecondsPerSecond = 1e6;

// As node_exporter, whose patterns match whole names of units.
std::string whole(const std::string& pattern) {
  return pattern.empty() ? pattern : "^(?:" + pattern + ")$";
}

void add_system(const SystemdState& state, SampleSet& out) {
  const double version = systemd_version_number(state.version);
  out.add(kVersion,
          out.add_labels({{"version", version > 0 ? std::string_view(state.version) : ""}}),
          version);
  if (!state.system_state.empty()) {
    out.add(kRunning, SampleSet::kNoLabels, state.system_state == "running" ? 1 : 0);
  }
  std::map<std::string, std::uint64_t> counts = state.unit_counts;
  for (const std::string_view name : kStates) {
    counts.try_emplace(std::string(name), 0);
  }
  for (const auto& [name, count] : counts) {
    out.add(kUnits, out.add_labels({{"state", name}}), static_cast<double>(count));
  }
}

struct UnitFamily {
  Family family;
  std::optional<std::uint64_t> SystemdUnit::*number;
  double divisor = 1;
};

constexpr std::array<UnitFamily, 7> kUnitFamilies{{
    {kTasks, &SystemdUnit::tasks},
    {kMaxTasks, &SystemdUnit::max_tasks},
    {kRestarts, &SystemdUnit::restarts},
    {kLastTrigger, &SystemdUnit::last_trigger_us, kMicrosecondsPerSecond},
    {kAccepted, &SystemdUnit::accepted_connections},
    {kConnections, &SystemdUnit::connections},
    {kRefused, &SystemdUnit::refused_connections},
}};

void add_unit(const SystemdUnit& unit, SampleSet& out) {
  for (const std::string_view state : kStates) {
    out.add(kUnitState,
            out.add_labels({{"name", unit.name}, {"state", state}, {"type", unit.type}}),
            unit.active_state == state ? 1 : 0);
  }
  const SampleSet::LabelBlock name = out.add_labels({{"name", unit.name}});
  for (const auto& [family, number, divisor] : kUnitFamilies) {
    if (unit.*number) {
      out.add(family, name, static_cast<double>(*(unit.*number)) / divisor);
    }
  }
  if (unit.active_since_us) {
    const bool is_active = unit.active_state == "active";
    const double since = static_cast<double>(*unit.active_since_us) / kMicrosecondsPerSecond;
    out.add(kStartTime, name, is_active ? since : 0);
  }
}

BackgroundQuestion<SystemdState>::Ask ask_of(const NodeOptions& options,
                                             std::shared_ptr<const NameFilter> units,
                                             const SystemdCollector::Limits& limits) {
  SystemdQuestion question{
      .run = options.host.run,
      .selects = [units = std::move(units)](std::string_view name) { return units->selects(name); },
      .restarts = options.full || options.config.systemd_enable_restarts_metrics,
      .start_times = options.full || options.config.systemd_enable_start_time_metrics,
      .tasks = options.full || options.config.systemd_enable_task_metrics};
  return [question = std::move(question), limits]() -> Result<SystemdState> {
    const Result<SdBusLibrary>& library = sd_bus_library();
    if (!library) {
      return library.error();
    }
    return ask_systemd(*library, question, {steady_now() + limits.answer, limits.max_bytes});
  };
}

}  // namespace

SystemdCollector::SystemdCollector(const NodeOptions& options, const Limits& limits)
    : units_(std::make_shared<const NameFilter>(whole(options.config.systemd_unit_include),
                                                whole(options.config.systemd_unit_exclude))),
      patience_(limits.pass),
      systemd_("collect-systemd", ask_of(options, units_, limits)) {}

std::span<const MetricDesc> SystemdCollector::families() const noexcept {
  return kFamilies;
}

Status SystemdCollector::collect(SampleSet& out) {
  if (Status status = units_->status(); !status) {
    return status;
  }
  const Result<SystemdState> state = systemd_.ask_until(steady_now() + patience_);
  if (!state) {
    return state.error();
  }
  add_system(*state, out);
  for (const SystemdUnit& unit : state->units) {
    add_unit(unit, out);
  }
  return Ok{};
}

double systemd_version_number(std::string_view version) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  while (!version.empty()) {
    const auto* const end = std::ranges::find_if_not(version, is_digit);
    if (end - version.begin() >= 3) {
      double number = 0;
      static_cast<void>(std::from_chars(
          version.data(), version.data() + version.size(), number, std::chars_format::fixed));
      return number;
    }
    version.remove_prefix(static_cast<std::size_t>(end - version.begin()) +
                          (end == version.end() ? 0U : 1U));
  }
  return 0;
}

}  // namespace supercargo
