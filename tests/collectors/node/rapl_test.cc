#include "collectors/node/rapl.h"

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

void add_zone(test::TempTree& tree,
              const std::string& directory,
              std::string_view name,
              std::string_view microjoules) {
  tree.file("sys/class/powercap/" + directory + "/name", std::string(name) + "\n");
  tree.file("sys/class/powercap/" + directory + "/energy_uj", std::string(microjoules) + "\n");
}

TEST(RaplCollector, GivesAFamilyOfEachKindOfZone) {
  test::TempTree tree;
  tree.file("sys/class/powercap/intel-rapl/enabled", "1\n");
  add_zone(tree, "intel-rapl:0", "package-10", "240422366267");
  add_zone(tree, "intel-rapl:0:0", "core", "118821284256");
  add_zone(tree, "intel-rapl:1:0", "core", "2500000");
  add_zone(tree, "intel-rapl:a", "package-0-die-1", "1000000");
  RaplCollector collector({host_of(tree)});
  EXPECT_EQ(test::render_pass(collector),
            "node_rapl_core_joules_total{index=\"0\",path=\"/sys/class/powercap/intel-rapl:0:0\"} "
            "118821.284256\n"
            "node_rapl_core_joules_total{index=\"1\",path=\"/sys/class/powercap/intel-rapl:1:0\"} "
            "2.5\n"
            "node_rapl_package_joules_total{index=\"10\","
            "path=\"/sys/class/powercap/intel-rapl:0\"} 240422.366267\n"
            "node_rapl_package_0_die_1_joules_total{index=\"0\","
            "path=\"/sys/class/powercap/intel-rapl:a\"} 1\n");
}

TEST(RaplCollector, HasOneFamilyWithTheZoneAsALabelWhenAskedTo) {
  test::TempTree tree;
  add_zone(tree, "intel-rapl:0", "package-1", "3000000");
  NodeOptions options{host_of(tree)};
  options.config.rapl_enable_zone_label = true;
  RaplCollector collector(options);
  EXPECT_EQ(test::render_pass(collector),
            "node_rapl_joules_total{index=\"1\",path=\"/sys/class/powercap/intel-rapl:0\","
            "rapl_zone=\"package\"} 3\n");
}

TEST(RaplCollector, IsUnavailableWithoutZonesOrWhenTheyAreNotReadable) {
  test::TempTree tree;
  RaplCollector none({host_of(tree)});
  SampleSet set(none.families());
  EXPECT_EQ(none.collect(set).error().code, ErrorCode::kUnavailable);
  tree.file("sys/class/powercap/intel-rapl:0/name", "core\n");
  RaplCollector hidden({host_of(tree)});
  EXPECT_EQ(hidden.collect(set).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace supercargo
