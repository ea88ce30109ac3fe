#include "collectors/node/hwmon.h"

#include <gtest/gtest.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

HostPaths host_of(const test::TempTree& tree) {
  HostPaths host;
  host.root = tree.root().string();
  host.proc = tree.path("proc");
  host.sys = tree.path("sys");
  return host;
}

TEST(HwmonCollector, NamesChipsAfterTheirDevicesAndGivesTheirSensors) {
  test::TempTree tree;
  const std::string chip = "sys/devices/platform/coretemp.0/hwmon/hwmon3/";
  tree.file(chip + "name", "coretemp\n");
  tree.file(chip + "temp1_input", "55000\n");
  tree.file(chip + "temp1_label", "Core 0\n");
  tree.file(chip + "temp1_crit_alarm", "0\n");
  tree.file(chip + "temp2_input", "N/A\n");
  tree.file(chip + "fan1_input", "1200\n");
  tree.file(chip + "fan1_pulses", "2\n");
  tree.file(chip + "uevent", "\n");
  tree.link(chip + "device", "../../../coretemp.0");
  tree.link("sys/class/hwmon/hwmon3", "../../devices/platform/coretemp.0/hwmon/hwmon3");
  HwmonCollector collector(host_of(tree));
  EXPECT_EQ(
      test::render_pass(collector),
      "node_hwmon_chip_names{chip=\"platform_coretemp_0\",chip_name=\"coretemp\"} 1\n"
      "node_hwmon_sensor_label{chip=\"platform_coretemp_0\",label=\"Core 0\",sensor=\"temp1\"} 1\n"
      "node_hwmon_temp_celsius{chip=\"platform_coretemp_0\",sensor=\"temp1\"} 55\n"
      "node_hwmon_temp_crit_alarm_celsius{chip=\"platform_coretemp_0\",sensor=\"temp1\"} 0\n"
      "node_hwmon_fan_rpm{chip=\"platform_coretemp_0\",sensor=\"fan1\"} 1200\n"
      "node_hwmon_fan_pulses{chip=\"platform_coretemp_0\",sensor=\"fan1\"} 2\n");
}

TEST(HwmonCollector, ReadsTheDevicesFilesAndFallsBackToOtherNames) {
  test::TempTree tree;
  tree.file("sys/class/hwmon/hwmon0/name", "acpitz\n");
  tree.file("sys/class/hwmon/hwmon0/in0_input", "1250\n");
  tree.file("sys/class/hwmon/hwmon1/pwm1", "90\n");
  HwmonCollector collector(host_of(tree));
  EXPECT_EQ(test::render_pass(collector),
            "node_hwmon_chip_names{chip=\"acpitz\",chip_name=\"acpitz\"} 1\n"
            "node_hwmon_in_volts{chip=\"acpitz\",sensor=\"in0\"} 1.25\n"
            "node_hwmon_pwm{chip=\"hwmon1\",sensor=\"pwm1\"} 90\n");
}

TEST(HwmonCollector, KeepsTheBlanksOfALabelAndTakesNumbersWithoutThem) {
  test::TempTree tree;
  tree.file("sys/class/hwmon/hwmon0/name", "applesmc\n");
  tree.file("sys/class/hwmon/hwmon0/fan1_input", " 2000 \n");
  tree.file("sys/class/hwmon/hwmon0/fan1_label", "Left side  \n");
  tree.file("sys/class/hwmon/hwmon0/fan2_label", "\xff\xfe side\n");
  HwmonCollector collector(host_of(tree));
  EXPECT_EQ(
      test::render_pass(collector),
      "node_hwmon_chip_names{chip=\"applesmc\",chip_name=\"applesmc\"} 1\n"
      "node_hwmon_sensor_label{chip=\"applesmc\",label=\"Left side  \",sensor=\"fan1\"} 1\n"
      "node_hwmon_sensor_label{chip=\"applesmc\",label=\"\xEF\xBF\xBD side\",sensor=\"fan2\"} 1\n"
      "node_hwmon_fan_rpm{chip=\"applesmc\",sensor=\"fan1\"} 2000\n");
}

TEST(HwmonCollector, IsUnavailableWithoutTheClass) {
  test::TempTree tree;
  HwmonCollector collector(host_of(tree));
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace supercargo
