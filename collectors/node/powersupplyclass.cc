#include "collectors/node/powersupplyclass.h"

#include <array>

#include "collectors/node/kernel_file.h"

namespace supercargo {
namespace {

// The kernel counts microvolts, microamperes and so on, and tenths of a degree.
constexpr double kMicro = 1e6;
constexpr double kTenth = 10;

struct Row {
  std::string_view metric;
  NumberAttribute attribute;
};

constexpr auto kRows = std::to_array<Row>({
    {"authentic", {"authentic", 1}},
    {"calibrate", {"calibrate", 1}},
    {"capacity", {"capacity", 1}},
    {"capacity_alert_max", {"capacity_alert_max", 1}},
    {"capacity_alert_min", {"capacity_alert_min", 1}},
    {"cyclecount", {"cycle_count", 1}},
    {"online", {"online", 1}},
    {"present", {"present", 1}},
    {"time_to_empty_seconds", {"time_to_empty_now", 1}},
    {"time_to_full_seconds", {"time_to_full_now", 1}},
    {"current_boot", {"current_boot", kMicro}},
    {"current_max", {"current_max", kMicro}},
    {"current_ampere", {"current_now", kMicro}},
    {"energy_empty", {"energy_empty", kMicro}},
    {"energy_empty_design", {"energy_empty_design", kMicro}},
    {"energy_full", {"energy_full", kMicro}},
    {"energy_full_design", {"energy_full_design", kMicro}},
    {"energy_watthour", {"energy_now", kMicro}},
    {"voltage_boot", {"voltage_boot", kMicro}},
    {"voltage_max", {"voltage_max", kMicro}},
    {"voltage_max_design", {"voltage_max_design", kMicro}},
    {"voltage_min", {"voltage_min", kMicro}},
    {"voltage_min_design", {"voltage_min_design", kMicro}},
    {"voltage_volt", {"voltage_now", kMicro}},
    {"voltage_ocv", {"voltage_ocv", kMicro}},
    {"charge_control_limit", {"charge_control_limit", kMicro}},
    {"charge_control_limit_max", {"charge_control_limit_max", kMicro}},
    {"charge_counter", {"charge_counter", kMicro}},
    {"charge_empty", {"charge_empty", kMicro}},
    {"charge_empty_design", {"charge_empty_design", kMicro}},
    {"charge_full", {"charge_full", kMicro}},
    {"charge_full_design", {"charge_full_design", kMicro}},
    {"charge_ampere", {"charge_now", kMicro}},
    {"charge_term_current", {"charge_term_current", kMicro}},
    {"constant_charge_current", {"constant_charge_current", kMicro}},
    {"constant_charge_current_max", {"constant_charge_current_max", kMicro}},
    {"constant_charge_voltage", {"constant_charge_voltage", kMicro}},
    {"constant_charge_voltage_max", {"constant_charge_voltage_max", kMicro}},
    {"precharge_current", {"precharge_current", kMicro}},
    {"input_current_limit", {"input_current_limit", kMicro}},
    {"power_watt", {"power_now", kMicro}},
    {"temp_celsius", {"temp", kTenth}},
    {"temp_alert_max_celsius", {"temp_alert_max", kTenth}},
    {"temp_alert_min_celsius", {"temp_alert_min", kTenth}},
    {"temp_ambient_celsius", {"temp_ambient", kTenth}},
    {"temp_ambient_max_celsius", {"temp_ambient_max", kTenth}},
    {"temp_ambient_min_celsius", {"temp_ambient_min", kTenth}},
    {"temp_max_celsius", {"temp_max", kTenth}},
    {"temp_min_celsius", {"temp_min", kTenth}},
});

constexpr auto kAttributes = [] {
  std::array<NumberAttribute, kRows.size()> out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = kRows[i].attribute;
  }
  return out;
}();

constexpr std::array<std::string_view, 1> kLabels{"power_supply"};

// Those that a supply does not have are left out.
constexpr std::array<std::string_view, 12> kInfoLabels{"capacity_level",
                                                       "charge_type",
                                                       "health",
                                                       "manufacturer",
                                                       "model_name",
                                                       "power_supply",
                                                       "scope",
                                                       "serial_number",
                                                       "status",
                                                       "technology",
                                                       "type",
                                                       "usb_type"};

}  // namespace

PowerSupplyCollector::PowerSupplyCollector(const NodeOptions& options)
    : supplies_(options.host.sys + "/class/power_supply"),
      filter_(NameFilter::excluding(options.config.powersupply_ignored_supplies)),
      families_("node_power_supply_") {
  for (const Row& row : kRows) {
    families_.add(row.metric,
                  std::string(row.metric) + " value of /sys/class/power_supply/<power_supply>.",
                  MetricKind::kGauge,
                  kLabels);
  }
  families_.add(
      "info", "info of /sys/class/power_supply/<power_supply>.", MetricKind::kGauge, kInfoLabels);
}

Status PowerSupplyCollector::collect(SampleSet& out) {
  if (Status status = filter_.status(); !status) {
    return status;
  }
  Result<std::vector<std::string>> supplies = list_names(supplies_);
  if (!supplies) {
    return missing_is_unavailable(std::move(supplies).error());
  }
  for (const std::string& name : *supplies) {
    if (filter_.selects(name)) {
      collect_supply(name, out);
    }
  }
  return Ok{};
}

void PowerSupplyCollector::collect_supply(const std::string& name, SampleSet& out) {
  const std::string directory = supplies_ + "/" + name;
  add_numbers(reader_, directory, kAttributes, 0, out.add_labels({{"power_supply", name}}), out);
  std::string labels;
  for (const std::string_view label : kInfoLabels) {
    const std::string value =
        firmware_text(label == "power_supply" ? name : reader_.text_or_empty(directory, label));
    if (!value.empty()) {
      append_label(labels, label, value);
    }
  }
  out.add(kRows.size(), out.add_labels(labels), 1);
}

}  // namespace supercargo
