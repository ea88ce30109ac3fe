#include "collectors/node/cpu.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using test::render_pass;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(WithoutStepsBack, KeepsTheHigherValueOfEachMode) {
  const CpuTicks now = without_steps_back({0, {10, 0, 5, 1000, 7}}, {0, {11, 0, 5, 999, 6}});
  EXPECT_EQ(now.ticks[CpuTicks::kUser], 11U);
  EXPECT_EQ(now.ticks[CpuTicks::kIdle], 1000U);
  EXPECT_EQ(now.ticks[CpuTicks::kIowait], 7U);
}

TEST(WithoutStepsBack, TakesACpuThatCameBackOnlineAsItIs) {
  const CpuTicks now = without_steps_back({0, {10, 0, 5, 1000, 7}}, {0, {1, 0, 0, 700, 0}});
  EXPECT_EQ(now.ticks[CpuTicks::kUser], 1U);
  EXPECT_EQ(now.ticks[CpuTicks::kIdle], 700U);
}

HostPaths host_without_sysfs() {
  HostPaths host;
  host.sys = "/nonexistent";
  return host;
}

TEST(CpuCollector, NeverStepsBackBetweenPasses) {
  test::TempTree tree;
  tree.file("stat", "cpu0 1 0 0 500 30\n");
  CpuCollector collector(std::make_shared<ProcStatFile>(tree.path("stat")), host_without_sysfs());
  EXPECT_THAT(render_pass(collector), HasSubstr("mode=\"iowait\"} 0.3\n"));
  tree.file("stat", "cpu0 2 0 0 501 29\n");
  const std::string pass = render_pass(collector);
  EXPECT_THAT(pass, HasSubstr("mode=\"iowait\"} 0.3\n"));
  EXPECT_THAT(pass, HasSubstr("mode=\"idle\"} 5.01\n"));
}

TEST(CpuCollector, ACpuThatIsOfflineHasNoSamples) {
  test::TempTree tree;
  tree.file("stat", "cpu0 1 0 0 5\ncpu1 1 0 0 5\n");
  CpuCollector collector(std::make_shared<ProcStatFile>(tree.path("stat")), host_without_sysfs());
  EXPECT_THAT(render_pass(collector), HasSubstr("cpu=\"1\""));
  tree.file("stat", "cpu0 1 0 0 5\n");
  EXPECT_THAT(render_pass(collector), Not(HasSubstr("cpu=\"1\"")));
}

}  // namespace
}  // namespace supercargo
