// What needs the processes of containers: their number, their limits, their network.

#include <string>
#include <string_view>

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
using test::labels;
using test::Values;

class CgroupProcessesTest : public test::CgroupPodTest {};

INSTANTIATE_TEST_SUITE_P(Versions,
                         CgroupProcessesTest,
                         ::testing::Values(CgroupTree::Version::kV1, CgroupTree::Version::kV2),
                         test::version_name);

TEST_P(CgroupProcessesTest, CountsProcessesOfMoreThanAPage) {
  add_pod();
  std::string procs;
  for (int process = 100'000; process < 120'000; ++process) {
    procs += std::to_string(process) + "\n";
  }
  machine_.file(container_path(kAppId), "cgroup.procs", procs);
  ASSERT_TRUE(collect());
  EXPECT_EQ(value("container_processes", kAppLabels), 20'000);
}

TEST_P(CgroupProcessesTest, NetworkIsToldOnceAPodAndByItsSandbox) {
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

TEST_P(CgroupProcessesTest, NetworkOfAPodOnTheHostsNetworkIsLeftOut) {
  add_pod();
  machine_.tree.remove("proc/100");
  machine_.tree.remove("proc/200");
  machine_.process_in_network_of(100, 1);
  machine_.process_in_network_of(200, 1);
  ASSERT_TRUE(collect());
  EXPECT_EQ(values("container_network_receive_bytes_total").size(), 1U);
}

TEST_P(CgroupProcessesTest, NetworkComesFromAnotherProcessWhereTheSandboxHasNone) {
  add_pod();
  machine_.remove(container_path(kPauseId));
  ASSERT_TRUE(collect());
  EXPECT_EQ(value("container_network_receive_bytes_total", kPodLabels + ",interface=\"eth0\""),
            777);
}

TEST_P(CgroupProcessesTest, SaysThatNetworksNeedTheHostsPidNamespace) {
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
TEST_P(CgroupProcessesTest, TakesNoNumberOfItsOwnPidNamespaceForOneOfTheHosts) {
  add_pod();
  machine_.tree.link("proc/self", "999999");
  machine_.process(1, 12'345);  // the host's init, not the agent that is number 1 to itself
  machine_.file(container_path(kAppId), "cgroup.procs", "1\n");
  machine_.file(container_path(kPauseId), "cgroup.procs", is_v2() ? "0\n" : "");
  ASSERT_FALSE(collect());
  EXPECT_EQ(has("container_processes", kAppLabels), is_v2());
  EXPECT_EQ(values("container_network_receive_bytes_total").size(), 1U) << "the root's alone";
}

TEST_P(CgroupProcessesTest, CountsProcessesThatCrunPutIntoAChild) {
  add_pod();
  machine_.file(container_path(kAppId), "cgroup.procs", "");
  machine_.file(container_path(kAppId) + "/container", "cgroup.procs", "200\n201\n");
  ASSERT_TRUE(collect());
  EXPECT_EQ(value("container_processes", kAppLabels), 2);
  EXPECT_FALSE(
      has("container_threads", labels("", container_path(kAppId) + "/container", "", "", "", "")));
}

TEST_P(CgroupProcessesTest, TheSoftLimitOfOpenFilesIsThatOfTheFirstProcess) {
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

}  // namespace
}  // namespace supercargo
