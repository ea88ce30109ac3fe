// What is told of a cgroup: units, limits, and what is left out.

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/collectors/cgroup/cgroup_pod.h"

namespace supercargo {
namespace {

using test::CgroupTree;
using test::container_path;
using test::kAppId;
using test::kAppLabels;
using test::kPauseId;
using test::kPauseLabels;
using test::kPodLabels;
using test::kRootLabels;
using test::kSecond;
using test::labels;
using test::Values;

class CgroupValuesTest : public test::CgroupPodTest {};

INSTANTIATE_TEST_SUITE_P(Versions,
                         CgroupValuesTest,
                         ::testing::Values(CgroupTree::Version::kV1, CgroupTree::Version::kV2),
                         test::version_name);

TEST_P(CgroupValuesTest, GivesTheSameUnitsForBothVersions) {
  add_pod();
  ASSERT_TRUE(collect());
  const std::vector<std::pair<std::string, double>> expected{
      {"container_cpu_user_seconds_total", 10},
      {"container_cpu_system_seconds_total", 2.5},
      {"container_cpu_cfs_periods_total", 40},
      {"container_cpu_cfs_throttled_periods_total", 4},
      {"container_cpu_cfs_throttled_seconds_total", 1.5},
      {"container_cpu_cfs_burst_periods_total", 3},
      {"container_cpu_cfs_burst_seconds_total", 0.25},
      {"container_memory_cache", 41943040},
      {"container_memory_rss", 62914560},
      {"container_memory_mapped_file", 8388608},
      {"container_memory_swap", 4096},
      {"container_memory_usage_bytes", 104857600},
      {"container_memory_max_usage_bytes", 209715200},
      {"container_memory_working_set_bytes", 83886080},
      {"container_memory_total_active_file_bytes", 20971520},
      {"container_memory_total_inactive_file_bytes", 20971520},
      {"container_memory_kernel_usage", 1048576},
      {"container_memory_file_dirty_bytes", 12288},
      {"container_memory_file_writeback_bytes", 4096},
      {"container_memory_workingset_refault_anon_total", 21},
      {"container_memory_workingset_refault_file_total", 22},
      {"container_processes", 1},
      {"container_threads", 9},
      {"container_threads_max", 0},
      {"container_oom_events_total", 1},
      {"container_spec_cpu_period", 100000},
      {"container_spec_cpu_quota", 50000},
      {"container_spec_memory_limit_bytes", 268435456},
      {"container_spec_memory_swap_limit_bytes", 0},
      {"container_spec_memory_reservation_limit_bytes", 0},
      {"supercargo_container_cpu_limit_cores", 0.5},
      {"supercargo_container_memory_limit_bytes", 268435456},
  };
  for (const auto& [name, number] : expected) {
    EXPECT_DOUBLE_EQ(value(name, kAppLabels), number) << name;
  }
  EXPECT_DOUBLE_EQ(value("container_cpu_usage_seconds_total", kAppLabels + ",cpu=\"total\""), 12.5);
  const std::string sda = kAppLabels + ",device=\"/dev/sda\"";
  EXPECT_EQ(value("container_fs_reads_bytes_total", sda), 4096);
  EXPECT_EQ(value("container_fs_writes_bytes_total", sda), 8192);
  EXPECT_EQ(value("container_fs_reads_total", sda), 1);
  EXPECT_EQ(value("container_fs_writes_total", sda), 2);
  EXPECT_EQ(value("container_spec_cpu_shares", kAppLabels), is_v2() ? 500 : 512);
  EXPECT_EQ(values("container_scrape_error"), (Values{{labels("", "", "", "", "", ""), 0}}));
}

TEST_P(CgroupValuesTest, WhatOnlyVersion2CountsIsLeftOutOnVersion1) {
  add_pod();
  ASSERT_TRUE(collect());
  const Values expected{{"container_memory_events_high_total", 6},
                        {"container_memory_events_max_total", 5},
                        {"container_memory_pgscan_total", 33},
                        {"container_memory_pgsteal_total", 31},
                        {"supercargo_container_cpu_weight", 20}};
  for (const auto& [name, number] : expected) {
    EXPECT_EQ(has(name, kAppLabels), is_v2()) << name;
    EXPECT_EQ(values(name).size(), is_v2() ? 6U : 0U) << name;
    if (is_v2()) {
      EXPECT_EQ(value(name, kAppLabels), number) << name;
    }
  }
}

TEST_P(CgroupValuesTest, CpuUsageIsLeftOutForACgroupThatNeverRan) {
  add_pod();
  machine_.file(container_path(kAppId), "cpu.stat", "usage_usec 0\nuser_usec 0\nsystem_usec 0\n");
  if (!is_v2()) {
    machine_.file(container_path(kAppId), "cpuacct.usage", "0\n");
  }
  ASSERT_TRUE(collect());
  EXPECT_FALSE(has("container_cpu_usage_seconds_total", kAppLabels + ",cpu=\"total\""));
  EXPECT_TRUE(has("container_cpu_usage_seconds_total", kPodLabels + ",cpu=\"total\""));
}

TEST_P(CgroupValuesTest, ThrottlingIsToldOnlyWhereThereIsAQuota) {
  add_pod();
  machine_.file(container_path(kAppId), "cpu.max", "max 100000\n");
  if (!is_v2()) {
    machine_.file(container_path(kAppId), "cpu.cfs_quota_us", "-1\n");
  }
  ASSERT_TRUE(collect());
  for (const char* name : {"container_cpu_cfs_periods_total",
                           "container_cpu_cfs_throttled_periods_total",
                           "container_cpu_cfs_throttled_seconds_total",
                           "container_cpu_cfs_burst_periods_total",
                           "container_cpu_cfs_burst_seconds_total",
                           "container_spec_cpu_quota"}) {
    EXPECT_FALSE(has(name, kAppLabels)) << name;
    EXPECT_TRUE(has(name, kPodLabels)) << name;
  }
  EXPECT_TRUE(has("container_spec_cpu_period", kAppLabels));
}

TEST_P(CgroupValuesTest, NoLimitIsZero) {
  add_pod();
  machine_.file(container_path(kAppId), "pids.max", "max\n");
  if (is_v2()) {
    machine_.file(container_path(kAppId), "memory.max", "max\n");
  } else {
    machine_.file(container_path(kAppId), "memory.limit_in_bytes", "9223372036854771712\n");
  }
  ASSERT_TRUE(collect());
  for (const char* name : {"container_threads_max",
                           "container_spec_memory_limit_bytes",
                           "container_spec_memory_swap_limit_bytes",
                           "container_spec_memory_reservation_limit_bytes"}) {
    EXPECT_EQ(value(name, kAppLabels), 0) << name;
  }
}

TEST_P(CgroupValuesTest, AChangedLimitIsSeenWithinAMinute) {
  add_pod();
  ASSERT_TRUE(collect(60));
  const std::string name = is_v2() ? "memory.max" : "memory.limit_in_bytes";
  machine_.file(container_path(kAppId), name, "1000\n");
  ASSERT_TRUE(collect(121));
  EXPECT_EQ(value("container_spec_memory_limit_bytes", kAppLabels), 1000);
  machine_.file(container_path(kAppId), name, "2000\n");
  ASSERT_TRUE(collect(-3600));  // a clock that was set back
  EXPECT_EQ(value("container_spec_memory_limit_bytes", kAppLabels), 2000);
}

TEST_P(CgroupValuesTest, WorkingSetIsNeverBelowZero) {
  add_pod();
  machine_.file(container_path(kAppId), "memory.current", "1000\n");
  if (!is_v2()) {
    machine_.file(container_path(kAppId), "memory.usage_in_bytes", "1000\n");
  }
  ASSERT_TRUE(collect());
  EXPECT_EQ(value("container_memory_working_set_bytes", kAppLabels), 0);
  EXPECT_EQ(value("container_memory_usage_bytes", kAppLabels), 1000);
}

TEST_P(CgroupValuesTest, LimitsOfTheRootAreThoseOfTheMachine) {
  add_pod();
  if (is_v2()) {
    for (const char* name : {"memory.current", "memory.swap.current", "memory.max", "cpu.max"}) {
      machine_.remove_file("/", name);
    }
  }
  ASSERT_TRUE(collect());
  EXPECT_EQ(value("container_spec_memory_limit_bytes", kRootLabels), 8192000000);
  EXPECT_EQ(value("container_spec_memory_swap_limit_bytes", kRootLabels), 2048000);
  EXPECT_EQ(value("container_memory_usage_bytes", kRootLabels), 104857600);
  EXPECT_EQ(value("container_memory_working_set_bytes", kRootLabels), 83886080);
  EXPECT_EQ(value("container_memory_swap", kRootLabels), is_v2() ? 1536000 : 4096);
}

TEST_P(CgroupValuesTest, FamiliesThatAreAlwaysZeroAreLeftOut) {
  add_pod();
  ASSERT_TRUE(collect());
  EXPECT_EQ(values("container_memory_failcnt").empty(), is_v2());
  for (const MetricDesc& desc : samples_->families()) {
    EXPECT_NE(desc.name, "container_cpu_load_average_10s");
    EXPECT_NE(desc.name, "container_tasks_state");
  }
}

TEST_P(CgroupValuesTest, PageFaultsHaveTwoScopes) {
  add_pod();
  ASSERT_TRUE(collect());
  const auto faults = [&](const std::string& type, const std::string& scope) {
    return value("container_memory_failures_total",
                 kAppLabels + ",failure_type=\"" + type + "\",scope=\"" + scope + "\"");
  };
  EXPECT_EQ(faults("pgfault", "hierarchy"), 4000);
  EXPECT_EQ(faults("pgmajfault", "hierarchy"), 7);
  EXPECT_EQ(faults("pgfault", "container"), is_v2() ? 4000 : 3000);
  EXPECT_EQ(faults("pgmajfault", "container"), is_v2() ? 7 : 6);
}

TEST_P(CgroupValuesTest, PressureIsInSeconds) {
  add_pod();
  if (!is_v2()) {  // the unified tree of a hybrid machine
    const std::string total = " avg10=0.00 avg60=0.00 avg300=0.00 total=";
    machine_.file(container_path(kAppId),
                  "cpu.pressure",
                  "some" + total + "1000000\nfull" + total + "500000\n");
  }
  ASSERT_TRUE(collect());
  EXPECT_EQ(value("container_pressure_cpu_waiting_seconds_total", kAppLabels), 1);
  EXPECT_EQ(value("container_pressure_cpu_stalled_seconds_total", kAppLabels), 0.5);
  EXPECT_EQ(has("container_pressure_memory_waiting_seconds_total", kAppLabels), is_v2());
  EXPECT_EQ(has("container_pressure_io_stalled_seconds_total", kAppLabels), is_v2());
  EXPECT_EQ(has("container_pressure_cpu_waiting_seconds_total", kPodLabels), is_v2());
}

TEST_P(CgroupValuesTest, StartTimeIsThatOfTheDirectoryAndNotBeforeTheMachines) {
  add_pod();
  machine_.made_at(container_path(kAppId), 1'500'000'000);
  machine_.made_at(container_path(kPauseId), 500'000'000);
  ASSERT_TRUE(collect());
  EXPECT_EQ(value("container_start_time_seconds", kAppLabels), 1'500'000'000);
  EXPECT_EQ(value("container_creation_time_seconds", kAppLabels), 1'500'000'000);
  EXPECT_EQ(value("container_start_time_seconds", kPauseLabels), 1'000'000'000);
}

TEST_P(CgroupValuesTest, LastSeenIsTheTimeOfThePass) {
  add_pod();
  collector();
  ASSERT_TRUE(collector_->collect_at(*samples_, 4'000'000'000 * kSecond));
  EXPECT_EQ(value("container_last_seen", kAppLabels), 4'000'000'000);
}

}  // namespace
}  // namespace supercargo
