#include "collectors/node/hwmon_names.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(ParseHwmonFile, SplitsKindNumberAndElement) {
  const auto file = parse_hwmon_file("temp12_crit_alarm");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->kind, "temp");
  EXPECT_EQ(file->sensor, "temp12");
  EXPECT_EQ(file->element, "crit_alarm");
  EXPECT_EQ(parse_hwmon_file("pwm1")->element, "");
  EXPECT_EQ(parse_hwmon_file("update_interval")->sensor, "update_interval0");
  EXPECT_EQ(parse_hwmon_file("in0_input")->sensor, "in0");
}

TEST(ParseHwmonFile, RefusesWhatIsNoSensor) {
  for (const char* name :
       {"name", "device", "temp1x", "temp1_", "1", "", "uevent", "tempx1_input"}) {
    EXPECT_FALSE(parse_hwmon_file(name)) << name;
  }
}

TEST(CleanHwmonName, KeepsSmallLettersDigitsAndColons) {
  EXPECT_EQ(clean_hwmon_name("Core-Temp.0"), "core_temp_0");
  EXPECT_EQ(clean_hwmon_name("0000:00:1f"), "0000:00:1f");
  EXPECT_EQ(clean_hwmon_name("-x-"), "x");
  EXPECT_EQ(clean_hwmon_name("--"), "");
}

TEST(HwmonFamily, HasTheNamesHelpsAndUnitsOfNodeExporter) {
  const auto expect = [](std::string_view kind,
                         std::string_view element,
                         std::string_view field,
                         std::string_view help,
                         double divisor) {
    const HwmonFamily family = hwmon_family(kind, element, false);
    EXPECT_EQ(family.field, field);
    EXPECT_EQ(family.help, help);
    EXPECT_EQ(family.divisor, divisor) << field;
  };
  expect("temp", "input", "temp_celsius", "Hardware monitor for temperature (input)", 1000);
  expect("temp", "crit", "temp_crit_celsius", "Hardware monitor for temperature (crit)", 1000);
  expect("temp",
         "crit_alarm",
         "temp_crit_alarm_celsius",
         "Hardware monitor for temperature (crit_alarm)",
         1000);
  expect("temp", "type", "temp_type", "Hardware monitor temp element type", 1);
  expect("temp", "alarm", "temp_alarm", "Hardware sensor alarm status (temp)", 1);
  expect("fan", "input", "fan_rpm", "Hardware monitor for fan revolutions per minute (input)", 1);
  expect("fan", "min", "fan_min_rpm", "Hardware monitor for fan revolutions per minute (min)", 1);
  expect("fan", "div", "fan_div", "Hardware monitor fan element div", 1);
  expect("fan", "beep", "fan_beep_enabled", "Hardware monitor sensor has beeping enabled", 1);
  expect("in", "max", "in_max_volts", "Hardware monitor for voltage (max)", 1000);
  expect("power",
         "average",
         "power_average_watt",
         "Hardware monitor for power usage in watts (average)",
         1e6);
  expect("power",
         "accuracy",
         "power_accuracy",
         "Hardware monitor power meter accuracy, as a ratio",
         1e6);
  expect("power",
         "average_interval_max",
         "power_average_interval_max_seconds",
         "Hardware monitor power usage update interval (average_interval_max)",
         1000);
  expect("pwm", "", "pwm", "Hardware monitor pwm element ", 1);
  expect(
      "update_interval", "", "update_interval_seconds", "Hardware monitor update interval", 1000);
  EXPECT_EQ(hwmon_family("energy", "input", false).kind, MetricKind::kCounter);
  EXPECT_EQ(hwmon_family("pwm", "input", true).field, "pwm_input");
}

}  // namespace
}  // namespace supercargo
