#include "collectors/node/cpu_throttle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::array<MetricDesc, 3> kFamilies{{{"core", "", MetricKind::kCounter},
                                               {"package", "", MetricKind::kCounter},
                                               {"isolated", "", MetricKind::kGauge}}};

TEST(CpuThrottle, GivesEachCoreAndPackageOnce) {
  test::TempTree tree;
  const auto cpu = [&](const char* number, const char* package, const char* core) {
    const std::string at = std::string("sys/devices/system/cpu/cpu") + number;
    tree.file(at + "/topology/physical_package_id", package);
    tree.file(at + "/topology/core_id", core);
    tree.file(at + "/thermal_throttle/core_throttle_count", std::string(core) + "0\n");
    tree.file(at + "/thermal_throttle/package_throttle_count", std::string(package) + "5\n");
  };
  cpu("0", "0", "1");
  cpu("1", "0", "1");  // the other thread of the core
  cpu("2", "1", "1");
  tree.file("sys/devices/system/cpu/cpu3/topology/core_id", "7");
  tree.file("sys/devices/system/cpu/isolated", "1,3-4\n");
  HostPaths host;
  host.sys = tree.path("sys");
  CpuThrottle throttle(host, 0);
  SampleSet set(kFamilies);
  throttle.add_samples(set);
  EXPECT_EQ(test::render_samples(set),
            "core{core=\"1\",package=\"0\"} 10\n"
            "core{core=\"1\",package=\"1\"} 10\n"
            "package{package=\"0\"} 5\n"
            "package{package=\"1\"} 15\n"
            "isolated{cpu=\"1\"} 1\nisolated{cpu=\"3\"} 1\nisolated{cpu=\"4\"} 1\n");
}

TEST(ParseIsolatedCpus, LeavesOutOddPartsAndBoundsRanges) {
  EXPECT_THAT(parse_isolated_cpus("0,2-4\n"), ElementsAre(0, 2, 3, 4));
  EXPECT_THAT(parse_isolated_cpus("x,1-,-2,5,9-7"), ElementsAre(1, 5));
  EXPECT_THAT(parse_isolated_cpus("0-4294967295"), IsEmpty());
  EXPECT_THAT(parse_isolated_cpus(""), IsEmpty());
}

}  // namespace
}  // namespace supercargo
