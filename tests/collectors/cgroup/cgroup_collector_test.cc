#include "collectors/cgroup/cgroup_collector.h"

#include <filesystem>
#include <optional>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "agent/base/clock.h"
#include "tests/collectors/cgroup/cgroup_tree.h"
#include "tests/collectors/cgroup/sample_text.h"

namespace supercargo {
namespace {

using test::CgroupTree;
using test::container_path;
using test::kAppId;
using test::kPauseId;
using test::kPod;
using test::kSideId;
using test::kUid;
using Values = std::map<std::string, double>;

constexpr std::int64_t kSecond = 1'000'000'000;

std::string labels(const std::string& container,
                   const std::string& id,
                   const std::string& image,
                   const std::string& name,
                   const std::string& pod_namespace,
                   const std::string& pod) {
  return "container=\"" + container + "\",id=\"" + id + "\",image=\"" + image + "\",name=\"" +
         name + "\",namespace=\"" + pod_namespace + "\",pod=\"" + pod + "\"";
}

const std::string kAppLabels =
    labels("app", container_path(kAppId), "unknown", kAppId, "shop", "web");
const std::string kPauseLabels =
    labels("", container_path(kPauseId), "unknown", kPauseId, "shop", "web");
const std::string kPodLabels = labels("", kPod, "", "", "shop", "web");
const std::string kRootLabels = labels("", "/", "", "", "", "");

class CgroupCollectorTest : public ::testing::TestWithParam<CgroupTree::Version> {
 protected:
  CgroupCollectorTest() : machine_(GetParam()) {}

  [[nodiscard]] bool is_v2() const { return GetParam() == CgroupTree::Version::kV2; }

  // A pod with a sandbox and one container, as it is long after its start.
  void add_pod() {
    machine_.cgroup("/");
    machine_.cgroup("/kubepods.slice");
    machine_.cgroup(test::kQosSlice);
    machine_.cgroup(kPod);
    machine_.cgroup(container_path(kAppId), 200);
    machine_.cgroup(container_path(kPauseId), 100);
    machine_.log_link("app", kAppId, kUid);
    machine_.process(100, 777);
    machine_.process_in_network_of(200, 100);
  }

  CgroupCollector& collector() {
    if (!collector_) {
      index_.emplace(machine_.paths(), "node1");
      collector_.emplace(machine_.paths(), *index_, options_);
      samples_.emplace(collector_->families());
    }
    return *collector_;
  }

  // A pass at some seconds from now.
  Status collect(std::int64_t seconds_from_now = 60) {
    collector();
    samples_->clear();
    return collector_->collect_at(*samples_, unix_nanoseconds_now() + seconds_from_now * kSecond);
  }

  Values values(std::string_view name) { return test::values_of(*samples_, name); }

  double value(std::string_view name, const std::string& label_text) {
    const Values all = values(name);
    const auto found = all.find(label_text);
    EXPECT_NE(found, all.end()) << name << "{" << label_text << "} is missing";
    return found == all.end() ? -1 : found->second;
  }

  bool has(std::string_view name, const std::string& label_text) {
    return values(name).contains(label_text);
  }

  CgroupTree machine_;
  CgroupOptions options_;
  std::optional<PodIndex> index_;
  std::optional<CgroupCollector> collector_;
  std::optional<SampleSet> samples_;
};

INSTANTIATE_TEST_SUITE_P(Versions,
                         CgroupCollectorTest,
                         ::testing::Values(CgroupTree::Version::kV1, CgroupTree::Version::kV2),
                         [](const auto& version) {
                           return version.param == CgroupTree::Version::kV1 ? "V1" : "V2";
                         });

TEST_P(CgroupCollectorTest, GivesTheSameUnitsForBothVersions) {
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

TEST_P(CgroupCollectorTest, WhatOnlyVersion2CountsIsLeftOutOnVersion1) {
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

TEST_P(CgroupCollectorTest, EverySampleOfAContainerCarriesAllItsLabels) {
  add_pod();
  machine_.cgroup("/system.slice/kubelet.service", 300);
  ASSERT_TRUE(collect());
  std::size_t samples = 0;
  for (std::size_t family = 0; family < samples_->families().size(); ++family) {
    const MetricDesc& desc = samples_->families()[family];
    for (const SampleSet::Sample& sample : samples_->samples(family)) {
      std::string_view rest = samples_->label_text(sample.labels);
      for (const std::string_view label : desc.labels) {
        const std::string start = std::string(label) + "=\"";
        ASSERT_TRUE(rest.starts_with(start)) << desc.name << " " << rest;
        rest.remove_prefix(rest.find('"', start.size()) + 1);
        rest.remove_prefix(rest.starts_with(',') ? 1 : 0);
      }
      EXPECT_EQ(rest, "") << desc.name;
      ++samples;
    }
  }
  EXPECT_GT(samples, 200U);
}

TEST_P(CgroupCollectorTest, LabelsSayWhatEachCgroupIs) {
  add_pod();
  machine_.cgroup("/system.slice/kubelet.service");
  machine_.cgroup("/system.slice/docker-" + kSideId + ".scope");
  machine_.cgroup("/system.slice/var-lib.mount");
  ASSERT_TRUE(collect());
  Values seen = values("container_threads");
  for (const std::string& expected :
       {kRootLabels,
        labels("", "/kubepods.slice", "", "", "", ""),
        labels("", test::kQosSlice, "", "", "", ""),
        kPodLabels,
        kAppLabels,
        kPauseLabels,
        labels("", "/system.slice", "", "", "", ""),
        labels("", "/system.slice/kubelet.service", "", "", "", ""),
        labels("", "/system.slice/docker-" + kSideId + ".scope", "unknown", kSideId, "", "")}) {
    const bool without_files = expected.find("id=\"/system.slice\"") != std::string::npos;
    EXPECT_EQ(seen.erase(expected), without_files ? 0U : 1U) << expected;
  }
  EXPECT_TRUE(seen.empty()) << seen.begin()->first;
}

TEST_P(CgroupCollectorTest, SandboxesOfDockerAndCrioAreCalledPod) {
  machine_.cgroup(kPod);
  machine_.cgroup(kPod + "/crio-" + kAppId + ".scope", 200);
  machine_.cgroup(kPod + "/crio-" + kPauseId + ".scope");
  machine_.log_link("app", kAppId, kUid);
  ASSERT_TRUE(collect());
  const Values seen = values("container_threads");
  EXPECT_TRUE(seen.contains(labels("app",
                                   kPod + "/crio-" + kAppId + ".scope",
                                   "unknown",
                                   "k8s_app_web_shop_" + kUid + "_0",
                                   "shop",
                                   "web")));
  EXPECT_TRUE(seen.contains(
      labels("POD", kPod + "/crio-" + kPauseId + ".scope", "", kPauseId, "shop", "web")));
}

TEST_P(CgroupCollectorTest, KeepsAStaticPodsHash) {
  const std::string hash = "1864dd05b5c2f1c2d3e4f5a6b7c8d9e0";
  const std::string pod = "/kubepods/burstable/pod" + hash;
  machine_.cgroup(pod);
  machine_.cgroup(pod + "/" + kAppId, 200);
  machine_.log_link("app", kAppId, hash);
  ASSERT_TRUE(collect());
  EXPECT_TRUE(has("container_threads", labels("", pod, "", "", "shop", "web")));
  EXPECT_TRUE(has("container_threads",
                  labels("app", pod + "/" + kAppId, "unknown", kAppId, "shop", "web")));
}

TEST_P(CgroupCollectorTest, ANewContainerHasNoSeriesUntilItsLinkTellsWhatItIs) {
  machine_.cgroup(kPod);
  machine_.cgroup(container_path(kPauseId));
  machine_.cgroup(container_path(kAppId), 200);
  // The same time for all that can be told, and before that of the files within.
  const std::int64_t made = unix_nanoseconds_now() / kSecond - 1;
  for (const std::string& id : {kPauseId, kAppId}) {
    machine_.made_at(container_path(id), made);
  }
  ASSERT_TRUE(collect(1));
  EXPECT_TRUE(values("container_threads").empty());
  machine_.log_link("app", kAppId, kUid);
  ASSERT_TRUE(collect(2));
  EXPECT_TRUE(has("container_threads", kAppLabels));
  EXPECT_TRUE(has("container_threads", kPodLabels));
  EXPECT_FALSE(has("container_threads", kPauseLabels));
  ASSERT_TRUE(collect(30));
  EXPECT_TRUE(has("container_threads", kPauseLabels));
  EXPECT_EQ(values("container_threads").size(), 3U);
}

TEST_P(CgroupCollectorTest, AContainerOlderThanAKnownOneIsTheSandboxAtOnce) {
  machine_.cgroup(kPod);
  machine_.cgroup(container_path(kPauseId));
  machine_.cgroup(container_path(kAppId), 200);
  machine_.made_at(container_path(kPauseId), unix_nanoseconds_now() / kSecond - 2);
  machine_.log_link("app", kAppId, kUid);
  ASSERT_TRUE(collect(1));
  EXPECT_TRUE(has("container_threads", kPauseLabels));
}

TEST_P(CgroupCollectorTest, APodHasOneSandboxAndAnotherContainerWaitsForItsLink) {
  add_pod();
  ASSERT_TRUE(collect());
  machine_.cgroup(container_path(kSideId));
  ASSERT_TRUE(collect(120));
  EXPECT_EQ(values("container_spec_memory_limit_bytes").size(), 6U);
  machine_.log_link("side", kSideId, kUid);
  ASSERT_TRUE(collect(121));
  EXPECT_TRUE(has("container_threads",
                  labels("side", container_path(kSideId), "unknown", kSideId, "shop", "web")));
}

TEST_P(CgroupCollectorTest, WithoutLogDirectoriesNothingWaitsAndNothingIsGuessed) {
  machine_.tree.remove("var/log");
  machine_.cgroup(kPod);
  machine_.cgroup(container_path(kAppId), 200);
  machine_.cgroup(container_path(kPauseId));
  ASSERT_TRUE(collect(0));
  EXPECT_TRUE(
      has("container_threads", labels("", container_path(kAppId), "unknown", kAppId, "", "")));
  EXPECT_TRUE(has("container_threads", labels("", kPod, "", "", "", "")));
  EXPECT_EQ(values("container_threads").size(), 3U);
}

TEST_P(CgroupCollectorTest, CpuUsageIsLeftOutForACgroupThatNeverRan) {
  add_pod();
  machine_.file(container_path(kAppId), "cpu.stat", "usage_usec 0\nuser_usec 0\nsystem_usec 0\n");
  if (!is_v2()) {
    machine_.file(container_path(kAppId), "cpuacct.usage", "0\n");
  }
  ASSERT_TRUE(collect());
  EXPECT_FALSE(has("container_cpu_usage_seconds_total", kAppLabels + ",cpu=\"total\""));
  EXPECT_TRUE(has("container_cpu_usage_seconds_total", kPodLabels + ",cpu=\"total\""));
}

TEST_P(CgroupCollectorTest, ThrottlingIsToldOnlyWhereThereIsAQuota) {
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

TEST_P(CgroupCollectorTest, NoLimitIsZero) {
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

TEST_P(CgroupCollectorTest, AChangedLimitIsSeenWithinAMinute) {
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

TEST_P(CgroupCollectorTest, CountsProcessesOfMoreThanAPage) {
  add_pod();
  std::string procs;
  for (int process = 100'000; process < 120'000; ++process) {
    procs += std::to_string(process) + "\n";
  }
  machine_.file(container_path(kAppId), "cgroup.procs", procs);
  ASSERT_TRUE(collect());
  EXPECT_EQ(value("container_processes", kAppLabels), 20'000);
}

TEST_P(CgroupCollectorTest, WorkingSetIsNeverBelowZero) {
  add_pod();
  machine_.file(container_path(kAppId), "memory.current", "1000\n");
  if (!is_v2()) {
    machine_.file(container_path(kAppId), "memory.usage_in_bytes", "1000\n");
  }
  ASSERT_TRUE(collect());
  EXPECT_EQ(value("container_memory_working_set_bytes", kAppLabels), 0);
  EXPECT_EQ(value("container_memory_usage_bytes", kAppLabels), 1000);
}

TEST_P(CgroupCollectorTest, LimitsOfTheRootAreThoseOfTheMachine) {
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

TEST_P(CgroupCollectorTest, FamiliesThatAreAlwaysZeroAreLeftOut) {
  add_pod();
  ASSERT_TRUE(collect());
  EXPECT_EQ(values("container_memory_failcnt").empty(), is_v2());
  for (const MetricDesc& desc : samples_->families()) {
    EXPECT_NE(desc.name, "container_cpu_load_average_10s");
    EXPECT_NE(desc.name, "container_tasks_state");
  }
}

TEST_P(CgroupCollectorTest, PageFaultsHaveTwoScopes) {
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

TEST_P(CgroupCollectorTest, OomKillsAreThoseOfTheContainerItself) {
  add_pod();
  ASSERT_TRUE(collect());
  EXPECT_TRUE(has("container_oom_events_total", kAppLabels));
  EXPECT_FALSE(has("container_oom_events_total", kPodLabels));
  machine_.remove(container_path(kAppId));
  ASSERT_TRUE(collect());
  EXPECT_FALSE(has("container_oom_events_total", kAppLabels));
}

TEST_P(CgroupCollectorTest, PressureIsInSeconds) {
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

TEST_P(CgroupCollectorTest, NetworkIsToldOnceAPodAndByItsSandbox) {
  add_pod();
  ASSERT_TRUE(collect());
  const std::string eth0 = ",interface=\"eth0\"";
  EXPECT_EQ(values("container_network_receive_bytes_total"),
            (Values{{kRootLabels + eth0, 5000}, {kPauseLabels + eth0, 777}}));
  EXPECT_EQ(value("container_network_receive_packets_total", kPauseLabels + eth0), 10);
  EXPECT_EQ(value("container_network_receive_errors_total", kPauseLabels + eth0), 1);
  EXPECT_EQ(value("container_network_receive_packets_dropped_total", kPauseLabels + eth0), 2);
  EXPECT_EQ(value("container_network_transmit_bytes_total", kPauseLabels + eth0), 700);
  EXPECT_EQ(value("container_network_transmit_packets_total", kPauseLabels + eth0), 8);
  EXPECT_EQ(value("container_network_transmit_errors_total", kPauseLabels + eth0), 3);
  EXPECT_EQ(value("container_network_transmit_packets_dropped_total", kPauseLabels + eth0), 4);
}

TEST_P(CgroupCollectorTest, NetworkOfAPodOnTheHostsNetworkIsLeftOut) {
  add_pod();
  machine_.tree.remove("proc/100");
  machine_.tree.remove("proc/200");
  machine_.process_in_network_of(100, 1);
  machine_.process_in_network_of(200, 1);
  ASSERT_TRUE(collect());
  EXPECT_EQ(values("container_network_receive_bytes_total").size(), 1U);
}

TEST_P(CgroupCollectorTest, NetworkComesFromAnotherProcessWhereTheSandboxHasNone) {
  add_pod();
  machine_.remove(container_path(kPauseId));
  ASSERT_TRUE(collect());
  EXPECT_EQ(value("container_network_receive_bytes_total", kPodLabels + ",interface=\"eth0\""),
            777);
}

TEST_P(CgroupCollectorTest, SaysThatNetworksNeedTheHostsPidNamespace) {
  add_pod();
  const std::string_view hidden = is_v2() ? "0\n" : "";
  machine_.file(container_path(kAppId), "cgroup.procs", hidden);
  machine_.file(container_path(kPauseId), "cgroup.procs", hidden);
  const Status status = collect();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(has("container_threads", kAppLabels));
  EXPECT_EQ(has("container_processes", kAppLabels), is_v2());
  EXPECT_EQ(values("container_network_receive_bytes_total").size(), 1U);
}

// In a foreign pid namespace the agent sees its own processes, by other numbers than the host's.
TEST_P(CgroupCollectorTest, TakesNoNumberOfItsOwnPidNamespaceForOneOfTheHosts) {
  add_pod();
  machine_.tree.link("proc/self", "999999");
  machine_.process(1, 12'345);  // the host's init, not the agent that is number 1 to itself
  machine_.file(container_path(kAppId), "cgroup.procs", "1\n");
  machine_.file(container_path(kPauseId), "cgroup.procs", is_v2() ? "0\n" : "");
  ASSERT_FALSE(collect());
  EXPECT_EQ(has("container_processes", kAppLabels), is_v2());
  EXPECT_EQ(values("container_network_receive_bytes_total").size(), 1U) << "the root's alone";
}

TEST_P(CgroupCollectorTest, AFifoAmongTheFilesDoesNotStopIt) {
  add_pod();
  machine_.remove_file(container_path(kAppId), "pids.current");
  const std::string beside = is_v2() ? "sys/fs/cgroup" : "sys/fs/cgroup/pids";
  const std::string fifo = machine_.tree.path(beside + container_path(kAppId) + "/pids.current");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0) << fifo;
  ASSERT_TRUE(collect());
  EXPECT_FALSE(has("container_threads", kAppLabels));
  EXPECT_TRUE(has("container_processes", kAppLabels));
}

TEST_P(CgroupCollectorTest, CountsProcessesThatCrunPutIntoAChild) {
  add_pod();
  machine_.file(container_path(kAppId), "cgroup.procs", "");
  machine_.file(container_path(kAppId) + "/container", "cgroup.procs", "200\n201\n");
  ASSERT_TRUE(collect());
  EXPECT_EQ(value("container_processes", kAppLabels), 2);
  EXPECT_FALSE(
      has("container_threads", labels("", container_path(kAppId) + "/container", "", "", "", "")));
}

TEST_P(CgroupCollectorTest, AnOddFileCostsItsOwnSamplesOnly) {
  add_pod();
  machine_.file(container_path(kAppId), "memory.stat", "total_rss lots\nanon lots\n");
  machine_.file(container_path(kAppId), "pids.current", "\xff\n");
  ASSERT_TRUE(collect());
  EXPECT_FALSE(has("container_memory_rss", kAppLabels));
  EXPECT_FALSE(has("container_memory_working_set_bytes", kAppLabels));
  EXPECT_FALSE(has("container_threads", kAppLabels));
  EXPECT_TRUE(has("container_memory_usage_bytes", kAppLabels));
  EXPECT_TRUE(has("container_cpu_user_seconds_total", kAppLabels));
  EXPECT_TRUE(has("container_threads", kPauseLabels));
  EXPECT_EQ(value("supercargo_cgroup_read_errors_total", ""), 2);
}

TEST_P(CgroupCollectorTest, AMissingFileIsNoErrorAndIsFoundWhenItComes) {
  add_pod();
  const std::string name = is_v2() ? "memory.peak" : "memory.max_usage_in_bytes";
  machine_.remove_file(container_path(kAppId), name);
  ASSERT_TRUE(collect(60));
  EXPECT_FALSE(has("container_memory_max_usage_bytes", kAppLabels));
  EXPECT_EQ(value("supercargo_cgroup_read_errors_total", ""), 0);
  machine_.file(container_path(kAppId), name, "5\n");
  ASSERT_TRUE(collect(61));
  EXPECT_FALSE(has("container_memory_max_usage_bytes", kAppLabels));
  ASSERT_TRUE(collect(125));
  EXPECT_EQ(value("container_memory_max_usage_bytes", kAppLabels), 5);
}

TEST_P(CgroupCollectorTest, AGoneCgroupIsGoneAtTheNextPass) {
  add_pod();
  ASSERT_TRUE(collect());
  EXPECT_TRUE(has("container_threads", kAppLabels));
  machine_.remove(container_path(kAppId));
  ASSERT_TRUE(collect());
  EXPECT_FALSE(has("container_threads", kAppLabels));
  EXPECT_EQ(value("supercargo_cgroup_read_errors_total", ""), 0);
}

TEST_P(CgroupCollectorTest, ACgroupMadeAnewUnderTheSameNameIsReadAnew) {
  const std::string service = "/system.slice/kubelet.service";
  const std::string service_labels = labels("", service, "", "", "", "");
  machine_.cgroup(service);
  machine_.cgroup("/system.slice/new.service");
  machine_.file("/system.slice/new.service", "pids.current", "44\n");
  ASSERT_TRUE(collect());
  EXPECT_EQ(value("container_threads", service_labels), 9);
  machine_.remove(service);
  const std::string below = is_v2() ? "sys/fs/cgroup" : "sys/fs/cgroup/";
  for (const std::string& mount :
       is_v2() ? std::vector<std::string>{""}
               : std::vector<std::string>{"cpu,cpuacct", "memory", "blkio", "pids"}) {
    std::filesystem::rename(machine_.tree.path(below + mount + "/system.slice/new.service"),
                            machine_.tree.path(below + mount + service));
  }
  ASSERT_TRUE(collect());
  EXPECT_EQ(value("container_threads", service_labels), 44);
}

TEST_P(CgroupCollectorTest, NewValuesAreSeenThroughFilesThatAreKeptOpen) {
  add_pod();
  for (const std::size_t bound : {std::size_t{0}, std::size_t{3}, std::size_t{10'000}}) {
    options_.max_open_files = bound;
    collector_.reset();
    machine_.file(container_path(kAppId), "pids.current", "9\n");
    ASSERT_TRUE(collect());
    EXPECT_EQ(value("container_threads", kAppLabels), 9);
    machine_.file(container_path(kAppId), "pids.current", "10\n");
    ASSERT_TRUE(collect());
    EXPECT_EQ(value("container_threads", kAppLabels), 10) << bound;
  }
}

TEST_P(CgroupCollectorTest, KeepsNoMoreFilesOpenThanItMay) {
  add_pod();
  const auto open_files = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  };
  options_.max_open_files = 20;
  collector();
  const auto before = open_files();
  for (int pass = 0; pass < 3; ++pass) {
    ASSERT_TRUE(collect());
  }
  EXPECT_EQ(open_files() - before, 20 + (is_v2() ? 1 : 5));
  machine_.remove("/kubepods.slice");
  ASSERT_TRUE(collect());
  machine_.cgroup("/other.slice");
  ASSERT_TRUE(collect());
  EXPECT_EQ(open_files() - before, 20 + (is_v2() ? 1 : 5));
}

TEST_P(CgroupCollectorTest, StartTimeIsThatOfTheDirectoryAndNotBeforeTheMachines) {
  add_pod();
  machine_.made_at(container_path(kAppId), 1'500'000'000);
  machine_.made_at(container_path(kPauseId), 500'000'000);
  ASSERT_TRUE(collect());
  EXPECT_EQ(value("container_start_time_seconds", kAppLabels), 1'500'000'000);
  EXPECT_EQ(value("container_creation_time_seconds", kAppLabels), 1'500'000'000);
  EXPECT_EQ(value("container_start_time_seconds", kPauseLabels), 1'000'000'000);
}

TEST_P(CgroupCollectorTest, DevicesThatAreGoneShareOneSeries) {
  add_pod();
  if (is_v2()) {
    machine_.file(container_path(kAppId),
                  "io.stat",
                  "259:1 rbytes=1 wbytes=0 rios=1 wios=0\n259:2 rbytes=2 wbytes=0 rios=1 wios=0\n");
  } else {
    machine_.file(container_path(kAppId),
                  "blkio.throttle.io_service_bytes_recursive",
                  "259:1 Read 1\n259:2 Read 2\n");
    machine_.file(container_path(kAppId), "blkio.throttle.io_serviced_recursive", "Total 0\n");
  }
  ASSERT_TRUE(collect());
  EXPECT_EQ(value("container_fs_reads_bytes_total", kAppLabels + ",device=\"\""), 3);
}

TEST_P(CgroupCollectorTest, BytesOfADeviceAreToldByOperation) {
  add_pod();
  ASSERT_TRUE(collect());
  const auto bytes = [&](const std::string& operation) {
    return kAppLabels + ",device=\"/dev/sda\",major=\"8\",minor=\"0\",operation=\"" + operation +
           "\"";
  };
  const std::string name = "container_blkio_device_usage_total";
  EXPECT_EQ(value(name, bytes("Read")), 4096);
  EXPECT_EQ(value(name, bytes("Write")), 8192);
  for (const char* operation : {"Sync", "Async", "Discard", "Total"}) {
    EXPECT_EQ(has(name, bytes(operation)), !is_v2()) << operation;
  }
  if (!is_v2()) {
    EXPECT_EQ(value(name, bytes("Total")), 12288);
    EXPECT_EQ(value(name, bytes("Async")), 0);
  }
}

TEST_P(CgroupCollectorTest, WhatIoCostChargesIsInSeconds) {
  add_pod();
  if (is_v2()) {
    machine_.file(container_path(kAppId),
                  "io.stat",
                  "8:0 rbytes=1 wbytes=0 rios=1 wios=0 dbytes=0 dios=0 cost.usage=1500000 "
                  "cost.wait=250000 cost.indebt=125000 cost.indelay=62500\n");
  }
  ASSERT_TRUE(collect());
  const Values expected{{"container_fs_io_cost_usage_seconds_total", 1.5},
                        {"container_fs_io_cost_wait_seconds_total", 0.25},
                        {"container_fs_io_cost_indebt_seconds_total", 0.125},
                        {"container_fs_io_cost_indelay_seconds_total", 0.0625}};
  for (const auto& [name, seconds] : expected) {
    const std::string sda = kAppLabels + ",device=\"/dev/sda\"";
    EXPECT_EQ(values(name), is_v2() ? (Values{{sda, seconds}}) : Values{}) << name;
  }
}

TEST_P(CgroupCollectorTest, TheSoftLimitOfOpenFilesIsThatOfTheFirstProcess) {
  add_pod();
  const std::string name = "container_ulimits_soft";
  const std::string label = ",ulimit=\"max_open_files\"";
  const auto limits = [](const std::string& soft) {
    return "Max open files  " + soft + " 9 files\n";
  };
  machine_.tree.file("proc/1/limits", limits("unlimited"));
  machine_.tree.file("proc/200/limits", limits("1024"));
  ASSERT_TRUE(collect(60));
  EXPECT_EQ(values(name), (Values{{kRootLabels + label, -1}, {kAppLabels + label, 1024}}));
  machine_.tree.file("proc/200/limits", limits("2048"));
  ASSERT_TRUE(collect(121));
  EXPECT_EQ(value(name, kAppLabels + label), 2048);
}

TEST_P(CgroupCollectorTest, HugePagesAreToldWhereTheMachineHasSome) {
  add_pod();
  const std::string file = is_v2() ? "hugetlb.2MB.current" : "hugetlb.2MB.usage_in_bytes";
  machine_.file(container_path(kAppId), file, "2097152\n");
  const std::string name = "container_hugetlb_usage_bytes";
  ASSERT_TRUE(collect(60));
  EXPECT_TRUE(values(name).empty());
  machine_.tree.file("sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "4\n");
  collector_.reset();
  ASSERT_TRUE(collect(60));
  EXPECT_EQ(values(name), (Values{{kAppLabels + ",pagesize=\"2MB\"", 2097152}}));
}

TEST_P(CgroupCollectorTest, LastSeenIsTheTimeOfThePass) {
  add_pod();
  collector();
  ASSERT_TRUE(collector_->collect_at(*samples_, 4'000'000'000 * kSecond));
  EXPECT_EQ(value("container_last_seen", kAppLabels), 4'000'000'000);
}

TEST(CgroupCollector, IsUnavailableWhereThereAreNoCgroups) {
  test::TempTree tree;
  HostPaths paths;
  paths.root = tree.root().string();
  paths.cgroup = tree.path("nothing");
  PodIndex index(paths, "node1");
  CgroupCollector collector(paths, index);
  SampleSet samples(collector.families());
  const Status status = collector.collect(samples);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(test::values_of(samples, "container_scrape_error"),
            (Values{{labels("", "", "", "", "", ""), 1}}));
}

TEST(CgroupFamilies, StandInTheTableAtTheirOwnPlaces) {
  using namespace cgroup_family;  // NOLINT(google-build-using-namespace): enumerators only
  const std::span<const MetricDesc> table = cgroup_families();
  ASSERT_EQ(table.size(), kCount);
  const std::vector<std::pair<CgroupFamily, std::string_view>> expected{
      {kLastSeen, "container_last_seen"},
      {kMemoryKernelUsage, "container_memory_kernel_usage"},
      {kProcesses, "container_processes"},
      {kOomEvents, "container_oom_events_total"},
      {kPressureIoStalled, "container_pressure_io_stalled_seconds_total"},
      {kSpecMemoryReservation, "container_spec_memory_reservation_limit_bytes"},
      {kCpuUsage, "container_cpu_usage_seconds_total"},
      {kMemoryFailures, "container_memory_failures_total"},
      {kFsWrites, "container_fs_writes_total"},
      {kNetworkTransmitErrors, "container_network_transmit_errors_total"},
      {kReadErrors, "supercargo_cgroup_read_errors_total"},
  };
  for (const auto& [family, name] : expected) {
    EXPECT_EQ(table[family].name, name);
  }
}

}  // namespace
}  // namespace supercargo
