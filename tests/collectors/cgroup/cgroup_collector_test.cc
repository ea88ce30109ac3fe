// Which cgroups are told of, by which labels, through how many files.

#include <filesystem>
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
using test::kPod;
using test::kPodLabels;
using test::kRootLabels;
using test::kSecond;
using test::kSideId;
using test::kUid;
using test::labels;
using test::Values;

class CgroupCollectorTest : public test::CgroupPodTest {};

INSTANTIATE_TEST_SUITE_P(Versions,
                         CgroupCollectorTest,
                         ::testing::Values(CgroupTree::Version::kV1, CgroupTree::Version::kV2),
                         test::version_name);

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

TEST_P(CgroupCollectorTest, OomKillsAreThoseOfTheContainerItself) {
  add_pod();
  ASSERT_TRUE(collect());
  EXPECT_TRUE(has("container_oom_events_total", kAppLabels));
  EXPECT_FALSE(has("container_oom_events_total", kPodLabels));
  machine_.remove(container_path(kAppId));
  ASSERT_TRUE(collect());
  EXPECT_FALSE(has("container_oom_events_total", kAppLabels));
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
