#include "collectors/node/cpufreq.h"

#include <gtest/gtest.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

HostPaths two_cpus(test::TempTree& tree) {
  const std::string cpus = "sys/devices/system/cpu/";
  tree.file(cpus + "cpu0/cpufreq/cpuinfo_min_freq", "800000\n");
  tree.file(cpus + "cpu0/cpufreq/cpuinfo_max_freq", "3200001\n");
  tree.file(cpus + "cpu0/cpufreq/scaling_cur_freq", "1199992\n");
  tree.file(cpus + "cpu1/online", "1\n");
  HostPaths host;
  host.sys = tree.path("sys");
  return host;
}

TEST(CpufreqCollector, GivesHertzOfTheCpusThatTell) {
  test::TempTree tree;
  CpufreqCollector collector(two_cpus(tree));
  EXPECT_EQ(test::render_pass(collector),
            "node_cpu_frequency_min_hertz{cpu=\"0\"} 800000000\n"
            "node_cpu_frequency_max_hertz{cpu=\"0\"} 3200001000\n"
            "node_cpu_scaling_frequency_hertz{cpu=\"0\"} 1199992000\n");
}

TEST(CpufreqCollector, StopsWhenItsTimeIsOver) {
  test::TempTree tree;
  CpufreqCollector collector(two_cpus(tree), std::chrono::milliseconds(0));
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(set.samples(1).empty());
}

TEST(CpufreqCollector, AMachineWithoutItIsNoError) {
  HostPaths host;
  host.sys = "/nonexistent";
  CpufreqCollector collector(host);
  EXPECT_EQ(test::render_pass(collector), "");
}

TEST(CpufreqCollector, LooksAgainOnceInAWhileWhereThereIsNone) {
  test::TempTree tree;
  HostPaths host;
  host.sys = tree.path("sys");
  CpufreqCollector collector(host);
  EXPECT_EQ(test::render_pass(collector), "");
  two_cpus(tree);
  for (int pass = 0; pass < CpufreqCollector::kPassesSkipped; ++pass) {
    EXPECT_EQ(test::render_pass(collector), "");
  }
  EXPECT_NE(test::render_pass(collector), "");
  EXPECT_NE(test::render_pass(collector), "");
}

}  // namespace
}  // namespace supercargo
