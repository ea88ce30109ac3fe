#include "collectors/lifecycle/container_watch.h"

#include "tests/collectors/lifecycle/watch_fixture.h"

namespace supercargo {
namespace {

using test::container_path;
using test::kAppId;
using test::kAppName;
using test::kPauseId;
using test::kPod;
using test::kSideId;
using test::kUid;
using test::Version;
using test::WatchFixture;

class ContainerWatchTest : public ::testing::TestWithParam<Version> {
 protected:
  ContainerWatchTest() : fixture_(GetParam()) {}

  void begin_with_a_pod() {
    fixture_.add_pod();
    fixture_.add_container(kPauseId, "");
    fixture_.add_container(kAppId);
    fixture_.begin();
  }

  WatchFixture fixture_;
};

INSTANTIATE_TEST_SUITE_P(Versions,
                         ContainerWatchTest,
                         ::testing::Values(Version::kV1, Version::kV2),
                         [](const auto& version) {
                           return version.param == Version::kV1 ? "V1" : "V2";
                         });

TEST_P(ContainerWatchTest, PeaksAreThoseOfOneSecond) {
  begin_with_a_pod();
  const std::string app = container_path(kAppId);
  double cpu = 12.5;  // as the tree has it
  fixture_.seconds(2);
  for (const double used : {0.1, 2.5, 0.2, 0.1}) {
    fixture_.set_cpu(app, cpu += used);
    fixture_.set_memory(app, static_cast<std::uint64_t>(used * 1000));
    fixture_.seconds(1);
  }
  const std::string labels = R"(container="app",id=")" + app + R"(",namespace="shop",pod="web")";
  const auto cores = fixture_.values("supercargo_container_cpu_peak_cores");
  ASSERT_EQ(cores.size(), 1U) << "the sandbox has no peaks";
  EXPECT_EQ(cores.begin()->first, labels);
  EXPECT_NEAR(cores.begin()->second, 2.5, 1e-3);
  fixture_.set_memory(app, 5'000'000'000);
  fixture_.seconds(1);
  fixture_.set_memory(app, 1);
  fixture_.seconds(58);
  EXPECT_EQ(fixture_.value("supercargo_container_memory_usage_peak_bytes"), 5e9);
  fixture_.seconds(2);
  EXPECT_EQ(fixture_.value("supercargo_container_memory_usage_peak_bytes"), 1);
}

TEST_P(ContainerWatchTest, WithoutPeaksNothingIsReadEachSecond) {
  fixture_.add_pod();
  fixture_.add_container(kAppId);
  fixture_.begin(/*peaks=*/false);
  fixture_.seconds(3);
  EXPECT_TRUE(fixture_.values("supercargo_container_cpu_peak_cores").empty());
  EXPECT_EQ(fixture_.value("supercargo_container_starts_total"), 0);
}

TEST_P(ContainerWatchTest, ThrottlingIsATimeAndARatio) {
  fixture_.add_pod();
  fixture_.add_container(kAppId);
  fixture_.set_throttling(container_path(kAppId), 1000, 900, 50);
  fixture_.begin();
  fixture_.set_throttling(container_path(kAppId), 1010, 905, 51);
  fixture_.seconds(1);
  fixture_.set_throttling(container_path(kAppId), 1020, 905, 51);
  fixture_.seconds(1);
  EXPECT_DOUBLE_EQ(fixture_.value("supercargo_container_cpu_throttled_ratio"), 0.25);
  EXPECT_DOUBLE_EQ(fixture_.value("supercargo_container_cpu_throttled_seconds_total"), 51);
}

TEST_P(ContainerWatchTest, AQuotaThatARunningContainerIsGivenIsSeen) {
  fixture_.add_pod();
  fixture_.add_container(kAppId);
  fixture_.set_throttling(container_path(kAppId), 0, 0, 0);
  fixture_.begin();
  fixture_.seconds(5);
  EXPECT_EQ(fixture_.value("supercargo_container_cpu_throttled_seconds_total"), -1);
  fixture_.set_throttling(container_path(kAppId), 8, 2, 3);
  fixture_.seconds(10);
  EXPECT_EQ(fixture_.value("supercargo_container_cpu_throttled_seconds_total"), 3);
}

TEST_P(ContainerWatchTest, WhatWasThereBeforeHasNotStarted) {
  begin_with_a_pod();
  fixture_.seconds(3);
  EXPECT_EQ(fixture_.values("supercargo_container_starts_total"),
            (std::map<std::string, double>{{kAppName, 0}}));
  EXPECT_EQ(fixture_.value("supercargo_container_exits_total"), 0);
}

TEST_P(ContainerWatchTest, AContainerThatLivesForLessThanATurnIsCounted) {
  fixture_.add_pod();
  fixture_.begin();
  fixture_.add_container(kAppId);
  fixture_.remove_container(kAppId);
  fixture_.turn();
  EXPECT_EQ(fixture_.value("supercargo_container_starts_total"), 1);
  EXPECT_EQ(fixture_.value("supercargo_container_exits_total"), 1);
  const auto ended = fixture_.values("supercargo_ended_container_lifetime_seconds");
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended.begin()->first, kAppName + R"(,container_id=")" + kAppId + "\"");
  EXPECT_TRUE(fixture_.values("supercargo_ended_container_cpu_seconds").empty())
      << "nobody could read it";
}

TEST_P(ContainerWatchTest, AContainerOfANewPodIsCountedToo) {
  fixture_.begin();
  fixture_.add_pod();
  fixture_.add_container(kAppId);
  fixture_.turn();
  fixture_.add_container(kSideId, "side");
  fixture_.turn();
  EXPECT_EQ(fixture_.values("supercargo_container_starts_total").size(), 2U);
  EXPECT_EQ(fixture_.values("supercargo_container_starts_total")[kAppName], 1);
}

TEST_P(ContainerWatchTest, TheFinalSampleStaysForTwoMinutes) {
  begin_with_a_pod();
  fixture_.add_container(kSideId, "side");
  fixture_.turn();
  fixture_.set_cpu(container_path(kSideId), 7.25);
  fixture_.set_memory(container_path(kSideId), 300'000'000);
  fixture_.seconds(4);
  fixture_.remove_container(kSideId);
  fixture_.seconds(1);
  EXPECT_DOUBLE_EQ(fixture_.value("supercargo_ended_container_cpu_seconds"), 7.25);
  EXPECT_EQ(fixture_.value("supercargo_ended_container_memory_peak_bytes"), 3e8);
  EXPECT_NEAR(fixture_.value("supercargo_ended_container_lifetime_seconds"), 5, 0.1);
  EXPECT_NEAR(fixture_.value("supercargo_ended_container_end_time_seconds"),
              static_cast<double>(fixture_.now_ns()) / 1e9,
              0.1);
  fixture_.seconds(118);
  EXPECT_DOUBLE_EQ(fixture_.value("supercargo_ended_container_cpu_seconds"), 7.25);
  fixture_.seconds(13);
  EXPECT_TRUE(fixture_.values("supercargo_ended_container_cpu_seconds").empty());
}

TEST(ContainerWatchV2, TheKernelsPeakIsReadWhenTheLastProcessIsGone) {
  WatchFixture fixture(Version::kV2);
  fixture.add_pod();
  fixture.begin();
  fixture.add_container(kAppId);
  fixture.turn();
  fixture.machine.file(container_path(kAppId), "memory.peak", "900000000\n");
  fixture.set_cpu(container_path(kAppId), 3);
  fixture.machine.file(container_path(kAppId), "cgroup.events", "populated 0\nfrozen 0\n");
  fixture.turn();
  fixture.remove_container(kAppId);
  fixture.turn();
  EXPECT_EQ(fixture.value("supercargo_ended_container_memory_peak_bytes"), 9e8);
  EXPECT_EQ(fixture.value("supercargo_ended_container_cpu_seconds"), 3);
}

TEST_P(ContainerWatchTest, ANameThatComesLateIsTaken) {
  fixture_.add_pod();
  fixture_.begin();
  fixture_.add_container(kAppId, "");
  fixture_.turn();
  fixture_.remove_container(kAppId);
  fixture_.turn();
  EXPECT_TRUE(fixture_.values("supercargo_container_exits_total").empty());
  fixture_.machine.log_link("app", kAppId, kUid);
  fixture_.seconds(1);
  EXPECT_EQ(fixture_.value("supercargo_container_starts_total"), 1);
  EXPECT_EQ(fixture_.value("supercargo_container_exits_total"), 1);
}

TEST_P(ContainerWatchTest, ASandboxIsNoContainer) {
  fixture_.add_pod();
  fixture_.begin();
  fixture_.add_container(kPauseId, "");
  fixture_.seconds(20);
  fixture_.remove_container(kPauseId);
  fixture_.seconds(20);
  EXPECT_TRUE(fixture_.values("supercargo_container_exits_total").empty());
  EXPECT_TRUE(fixture_.values("supercargo_ended_container_cpu_seconds").empty());
}

TEST_P(ContainerWatchTest, CountersOfARestartedContainerGoOn) {
  begin_with_a_pod();
  for (const char letter : {'1', '2', '3'}) {
    const std::string id(64, letter);
    fixture_.add_container(id);
    fixture_.turn();
    fixture_.remove_container(id);
    fixture_.turn();
  }
  EXPECT_EQ(fixture_.value("supercargo_container_starts_total"), 3);
  EXPECT_EQ(fixture_.value("supercargo_container_exits_total"), 3);
}

// The kubelet waits for up to five minutes, with the pod's cgroup there.
TEST_P(ContainerWatchTest, CountersOfACrashLoopGoOnAfterItsLongestWait) {
  begin_with_a_pod();
  fixture_.remove_container(kAppId);
  fixture_.seconds(310);
  EXPECT_EQ(fixture_.value("supercargo_container_exits_total"), 1);
  const std::string id(64, '4');
  fixture_.add_container(id);
  fixture_.turn();
  fixture_.remove_container(id);
  fixture_.turn();
  EXPECT_EQ(fixture_.value("supercargo_container_starts_total"), 1);
  EXPECT_EQ(fixture_.value("supercargo_container_exits_total"), 2);
}

TEST_P(ContainerWatchTest, CountersGoTwoMinutesAfterTheirPod) {
  begin_with_a_pod();
  fixture_.remove_container(kAppId);
  fixture_.machine.remove(kPod);
  fixture_.seconds(115);
  EXPECT_EQ(fixture_.value("supercargo_container_exits_total"), 1);
  fixture_.seconds(25);
  EXPECT_TRUE(fixture_.values("supercargo_container_exits_total").empty());
}

TEST_P(ContainerWatchTest, AContainerOfNoPodHasPeaksAlone) {
  const std::string path = "/system.slice/docker-" + std::string(64, 'd') + ".scope";
  fixture_.machine.cgroup("/system.slice");
  fixture_.machine.cgroup(path);
  fixture_.begin();
  fixture_.seconds(2);
  EXPECT_EQ(fixture_.values("supercargo_container_memory_usage_peak_bytes"),
            (std::map<std::string, double>{
                {R"(container="",id=")" + path + R"(",namespace="",pod="")", 104857600}}));
  EXPECT_TRUE(fixture_.values("supercargo_container_starts_total").empty());
  fixture_.machine.remove(path);
  fixture_.seconds(1);
  EXPECT_TRUE(fixture_.values("supercargo_container_memory_usage_peak_bytes").empty());
}

TEST(ContainerWatch, NeedsCgroups) {
  HostPaths nowhere;
  nowhere.cgroup = "/nonexistent";
  const auto opened = ContainerWatch::open({.host = nowhere, .log_directory = "/", .peaks = true},
                                           std::make_shared<LifecycleBoard>(),
                                           std::make_shared<EventOutlet>());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace supercargo
