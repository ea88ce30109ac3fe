#include "collectors/node/hwmon_names.h"

#include <algorithm>
#include <array>

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 13> kKinds{"vrm",
                                                  "beep_enable",
                                                  "update_interval",
                                                  "in",
                                                  "cpu",
                                                  "fan",
                                                  "pwm",
                                                  "temp",
                                                  "curr",
                                                  "power",
                                                  "energy",
                                                  "humidity",
                                                  "intrusion"};

constexpr double kMilli = 1e3;
constexpr double kMicro = 1e6;

constexpr std::string_view kDigits = "0123456789";

bool is_any_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

std::string in_parentheses(std::string_view text, std::string_view element) {
  return std::string(text).append(" (").append(element).append(")");
}

HwmonFamily power_family(std::string field, std::string_view element) {
  if (element == "accuracy") {
    return {std::move(field),
            "Hardware monitor power meter accuracy, as a ratio",
            MetricKind::kGauge,
            kMicro};
  }
  if (element.starts_with("average_interval")) {
    return {field + "_seconds",
            in_parentheses("Hardware monitor power usage update interval", element),
            MetricKind::kGauge,
            kMilli};
  }
  return {field + "_watt",
          in_parentheses("Hardware monitor for power usage in watts", element),
          MetricKind::kGauge,
          kMicro};
}

// Kinds of which a chip has one, and no elements.
std::optional<HwmonFamily> chip_family(std::string_view kind) {
  if (kind == "beep_enable") {
    return HwmonFamily{"beep_enabled", "Hardware beep enabled"};
  }
  if (kind == "vrm") {
    return HwmonFamily{"voltage_regulator_version", "Hardware voltage regulator"};
  }
  if (kind == "update_interval") {
    return HwmonFamily{
        "update_interval_seconds", "Hardware monitor update interval", MetricKind::kGauge, kMilli};
  }
  return std::nullopt;
}

// What most kinds of sensors measure: the unit's ending, the help, the kernel's fraction.
struct Unit {
  std::string_view kind;
  std::string_view ending;
  std::string_view help;
  MetricKind metric_kind;
  double divisor;
};

constexpr std::array<Unit, 6> kUnits{{
    {"in", "_volts", "Hardware monitor for voltage", MetricKind::kGauge, kMilli},
    {"cpu", "_volts", "Hardware monitor for voltage", MetricKind::kGauge, kMilli},
    {"temp", "_celsius", "Hardware monitor for temperature", MetricKind::kGauge, kMilli},
    {"curr", "_amps", "Hardware monitor for current", MetricKind::kGauge, kMilli},
    {"energy",
     "_joule_total",
     "Hardware monitor for joules used so far",
     MetricKind::kCounter,
     kMicro},
    {"humidity",
     "",
     "Hardware monitor for humidity, as a ratio (multiply with 100.0 to get the humidity as a "
     "percentage)",
     MetricKind::kGauge,
     kMicro},
}};

}  // namespace

std::optional<HwmonFile> parse_hwmon_file(std::string_view name) {
  const std::size_t digit = std::min(name.find_first_of(kDigits), name.size());
  std::string_view kind = name.substr(0, digit);
  const std::size_t end = std::min(name.find_first_not_of(kDigits, digit), name.size());
  std::string_view number = name.substr(digit, end - digit);
  std::string_view element = name.substr(end);
  if (!element.empty() && (!element.starts_with('_') || element.size() == 1)) {
    return std::nullopt;
  }
  if (std::ranges::find(kKinds, kind) == kKinds.end()) {
    return std::nullopt;
  }
  number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
  element.remove_prefix(element.empty() ? 0 : 1);
  return HwmonFile{kind, std::string(kind).append(number.empty() ? "0" : number), element};
}

std::string clean_hwmon_name(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    const bool fits = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9') ||
                      lower == ':' || lower == '_';
    out += fits ? lower : '_';
  }
  out.erase(0, std::min(out.find_first_not_of('_'), out.size()));
  out.erase(out.find_last_not_of('_') + 1);
  return out;
}

HwmonFamily hwmon_family(std::string_view kind, std::string_view element, bool has_plain) {
  if (std::optional<HwmonFamily> chip = chip_family(kind)) {
    return *std::move(chip);
  }
  std::string field(kind);
  if (element == "input") {  // the value itself
    field += has_plain ? "_input" : "";
  } else if (!element.empty()) {
    field.append("_").append(clean_hwmon_name(element));
  }
  if (is_any_of(element, {"fault", "alarm"})) {
    const std::string help = "Hardware sensor " + std::string(element) + " status";
    return {std::move(field), in_parentheses(help, kind)};
  }
  if (element == "beep") {
    return {field + "_enabled", "Hardware monitor sensor has beeping enabled"};
  }
  if (kind == "power") {
    return power_family(std::move(field), element);
  }
  if (kind == "fan" && is_any_of(element, {"input", "min", "max", "target"})) {
    return {field + "_rpm",
            in_parentheses("Hardware monitor for fan revolutions per minute", element)};
  }
  const auto unit = std::ranges::find(kUnits, kind, &Unit::kind);
  if (unit == kUnits.end() || (kind == "temp" && element == "type")) {
    const std::string help = "Hardware monitor " + std::string(kind) + " element ";
    return {std::move(field), help + std::string(element)};
  }
  const std::string_view told = kind == "temp" && element.empty() ? "input" : element;
  return {field.append(unit->ending),
          in_parentheses(unit->help, told),
          unit->metric_kind,
          unit->divisor};
}

}  // namespace supercargo
