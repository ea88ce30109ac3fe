// How the files of a hardware monitoring chip are named, and what family each becomes.
//
// Pure functions, shared by the hwmon collector and its tests.
// Format: https://www.kernel.org/doc/html/latest/hwmon/sysfs-interface.html.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/base/metric_desc.h"

namespace supercargo {

// "temp1_crit_alarm": kind temp, sensor temp1, element crit_alarm. A name without a number has the
// number 0.
struct HwmonFile {
  std::string_view kind;
  std::string sensor;
  std::string_view element;
};

// Nothing for a file that is no sensor's.
[[nodiscard]] std::optional<HwmonFile> parse_hwmon_file(std::string_view name);

// Small letters, digits, colons and underscores, none of the latter at the ends.
[[nodiscard]] std::string clean_hwmon_name(std::string_view text);

struct HwmonFamily {
  std::string field;  // the family's name without node_hwmon_
  std::string help;
  MetricKind kind = MetricKind::kGauge;
  double divisor = 1;
};

// The family of an element of a sensor. `has_plain`: the sensor also has a file without element.
[[nodiscard]] HwmonFamily hwmon_family(std::string_view kind,
                                       std::string_view element,
                                       bool has_plain);

}  // namespace supercargo
