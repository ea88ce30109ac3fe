#include "collectors/node/powersupplyclass.h"

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

TEST(PowerSupplyCollector, GivesBaseUnitsAndWhatASupplyIs) {
  test::TempTree tree;
  tree.file("sys/class/power_supply/AC/online", "1\n");
  tree.file("sys/class/power_supply/AC/type", "Mains\n");
  const std::string battery = "sys/class/power_supply/BAT0/";
  tree.file(battery + "capacity", "98\n");
  tree.file(battery + "cycle_count", "7\n");
  tree.file(battery + "energy_now", "49450000\n");
  tree.file(battery + "voltage_now", "12229000\n");
  tree.file(battery + "temp", "-15\n");
  tree.file(battery + "status", "Discharging\n");
  tree.file(battery + "serial_number", "\n");
  PowerSupplyCollector collector({host_of(tree)});
  EXPECT_EQ(test::render_pass(collector),
            "node_power_supply_capacity{power_supply=\"BAT0\"} 98\n"
            "node_power_supply_cyclecount{power_supply=\"BAT0\"} 7\n"
            "node_power_supply_online{power_supply=\"AC\"} 1\n"
            "node_power_supply_energy_watthour{power_supply=\"BAT0\"} 49.45\n"
            "node_power_supply_voltage_volt{power_supply=\"BAT0\"} 12.229\n"
            "node_power_supply_temp_celsius{power_supply=\"BAT0\"} -1.5\n"
            "node_power_supply_info{power_supply=\"AC\",type=\"Mains\"} 1\n"
            "node_power_supply_info{power_supply=\"BAT0\",status=\"Discharging\"} 1\n");
  EXPECT_EQ(collector.families()[2].help,
            "capacity value of /sys/class/power_supply/<power_supply>.");
}

TEST(PowerSupplyCollector, IgnoresWhatThePatternNamesAndIsUnavailableWithoutTheClass) {
  test::TempTree tree;
  NodeOptions options{host_of(tree)};
  options.config.powersupply_ignored_supplies = "^AC";
  PowerSupplyCollector collector(options);
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kUnavailable);
  tree.file("sys/class/power_supply/AC/online", "1\n");
  EXPECT_EQ(test::render_pass(collector), "");
}

}  // namespace
}  // namespace supercargo
