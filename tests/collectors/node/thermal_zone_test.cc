#include "collectors/node/thermal_zone.h"

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

TEST(ThermalZoneCollector, GivesDegreesAndStates) {
  test::TempTree tree;
  tree.file("sys/class/thermal/thermal_zone0/type", "x86_pkg_temp\n");
  tree.file("sys/class/thermal/thermal_zone0/temp", "49925\n");
  tree.file("sys/class/thermal/thermal_zone1/type", "broken\n");
  tree.file("sys/class/thermal/cooling_device10/type", "intel_powerclamp\n");
  tree.file("sys/class/thermal/cooling_device10/max_state", "27\n");
  tree.file("sys/class/thermal/cooling_device10/cur_state", "-1\n");
  ThermalZoneCollector collector(host_of(tree));
  EXPECT_EQ(test::render_pass(collector),
            "node_thermal_zone_temp{type=\"x86_pkg_temp\",zone=\"0\"} 49.925\n"
            "node_cooling_device_cur_state{name=\"10\",type=\"intel_powerclamp\"} -1\n"
            "node_cooling_device_max_state{name=\"10\",type=\"intel_powerclamp\"} 27\n");
}

TEST(ThermalZoneCollector, AMachineWithoutItIsNoError) {
  test::TempTree tree;
  ThermalZoneCollector collector(host_of(tree));
  EXPECT_EQ(test::render_pass(collector), "");
}

}  // namespace
}  // namespace supercargo
