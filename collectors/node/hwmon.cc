#include "collectors/node/hwmon.h"

#include <array>
#include <filesystem>

#include "agent/base/text.h"
#include "collectors/node/hwmon_names.h"
#include "collectors/node/kernel_file.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 2> kSensorLabels{"chip", "sensor"};
constexpr std::array<std::string_view, 2> kChipLabels{"chip", "chip_name"};
constexpr std::array<std::string_view, 3> kLabelLabels{"chip", "label", "sensor"};

struct Documented {
  std::string_view kind;
  std::string_view element;
};

constexpr auto kDocumented = std::to_array<Documented>({
    {"temp", "input"},       {"temp", "min"},        {"temp", "max"},        {"temp", "max_hyst"},
    {"temp", "crit"},        {"temp", "crit_hyst"},  {"temp", "crit_alarm"}, {"temp", "max_alarm"},
    {"temp", "alarm"},       {"temp", "fault"},      {"temp", "emergency"},  {"temp", "offset"},
    {"temp", "lowest"},      {"temp", "highest"},    {"temp", "type"},       {"fan", "input"},
    {"fan", "min"},          {"fan", "max"},         {"fan", "target"},      {"fan", "alarm"},
    {"fan", "fault"},        {"fan", "div"},         {"in", "input"},        {"in", "min"},
    {"in", "max"},           {"in", "alarm"},        {"curr", "input"},      {"curr", "max"},
    {"curr", "crit"},        {"power", "input"},     {"power", "average"},   {"power", "cap"},
    {"power", "accuracy"},   {"energy", "input"},    {"humidity", "input"},  {"pwm", ""},
    {"pwm", "enable"},       {"intrusion", "alarm"}, {"beep_enable", ""},    {"vrm", ""},
    {"update_interval", ""},
});

enum Family : std::size_t { kChipNames, kSensorLabel };

}  // namespace

HwmonCollector::HwmonCollector(const HostPaths& host)
    : chips_(host.sys + "/class/hwmon"), families_("node_hwmon_") {
  families_.add("chip_names",
                "Annotation metric for human-readable chip names",
                MetricKind::kGauge,
                kChipLabels);
  families_.add(
      "sensor_label", "Label for given chip and sensor", MetricKind::kGauge, kLabelLabels);
  for (const auto& [kind, element] : kDocumented) {
    const HwmonFamily family = hwmon_family(kind, element, /*has_plain=*/false);
    families_.add(family.field, family.help, family.kind, kSensorLabels);
  }
}

Status HwmonCollector::collect(SampleSet& out) {
  Result<std::vector<std::string>> chips = list_names(chips_);
  if (!chips) {
    return missing_is_unavailable(std::move(chips).error());
  }
  for (const std::string& chip : *chips) {
    collect_chip(chips_ + "/" + chip, out);
  }
  return Ok{};
}

// hwmonN is a matter of the order in which modules were loaded: a chip is named after its device,
// "platform_coretemp_0", else as it calls itself, and only then by that number.
std::string HwmonCollector::chip_name(const std::string& directory) {
  std::error_code error;
  const std::filesystem::path device = std::filesystem::canonical(directory + "/device", error);
  if (!error) {
    const std::string name = clean_hwmon_name(device.filename().string());
    const std::string bus = clean_hwmon_name(device.parent_path().filename().string());
    if (!name.empty()) {
      return bus.empty() ? name : bus + "_" + name;
    }
  }
  std::string name = clean_hwmon_name(reader_.text_or_empty(directory, "name"));
  if (name.empty()) {
    name = clean_hwmon_name(std::filesystem::canonical(directory, error).filename().string());
  }
  return name;
}

void HwmonCollector::read_sensors(const std::string& directory, Sensors& sensors) {
  const Result<std::vector<std::string>> files = list_names(directory);
  if (!files) {
    return;
  }
  for (const std::string& name : *files) {
    const std::optional<HwmonFile> file = parse_hwmon_file(name);
    const auto text = file ? reader_.lines(directory, name) : std::nullopt;
    if (text) {
      Sensor& sensor = sensors[file->sensor];
      sensor.kind = file->kind;
      sensor.values[std::string(file->element)] = *text;
    }
  }
}

void HwmonCollector::collect_chip(const std::string& directory, SampleSet& out) {
  const std::string chip = chip_name(directory);
  if (chip.empty()) {
    return;  // it has just gone
  }
  Sensors sensors;
  read_sensors(directory, sensors);
  read_sensors(directory + "/device", sensors);
  const std::string own_name = clean_hwmon_name(reader_.text_or_empty(directory, "name"));
  if (!own_name.empty()) {
    out.add(kChipNames, out.add_labels({{"chip", chip}, {"chip_name", own_name}}), 1);
  }
  for (const auto& [name, sensor] : sensors) {
    collect_sensor(chip, name, sensor, out);
  }
}

void HwmonCollector::collect_sensor(const std::string& chip,
                                    const std::string& name,
                                    const Sensor& sensor,
                                    SampleSet& out) {
  const auto labels = out.add_labels({{"chip", chip}, {"sensor", name}});
  const bool has_plain = sensor.values.contains("");
  for (const auto& [element, text] : sensor.values) {
    if (element == "label") {
      const std::string label = firmware_text(text);
      out.add(
          kSensorLabel, out.add_labels({{"chip", chip}, {"label", label}, {"sensor", name}}), 1);
      continue;
    }
    const std::optional<double> value = parse_number<double>(trim(text));
    if (!value) {
      continue;
    }
    const HwmonFamily family = hwmon_family(sensor.kind, element, has_plain);
    const auto number = families_.index_or_late(family.field, family.help, family.kind, out);
    if (number) {
      out.add(*number, labels, *value / family.divisor);
    }
  }
}

}  // namespace supercargo
