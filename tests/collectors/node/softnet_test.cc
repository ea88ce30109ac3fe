#include "collectors/node/softnet.h"

#include <gtest/gtest.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

TEST(ParseSoftnetStat, OldKernelsHaveNoCpuColumn) {
  std::vector<SoftnetCpu> cpus;
  ASSERT_TRUE(parse_softnet_stat("ff 1 2 0 0 0 0 0 0\n10 0 0 0 0 0 0 0 0\n", cpus));
  ASSERT_EQ(cpus.size(), 2U);
  EXPECT_EQ(cpus[0].processed, 255U);
  EXPECT_EQ(cpus[1].cpu, 1U);
  EXPECT_FALSE(cpus[1].backlog_packets);
  EXPECT_FALSE(cpus[1].received_rps);
}

TEST(ParseSoftnetStat, NewKernelsSayWhichCpuItIs) {
  std::vector<SoftnetCpu> cpus;
  ASSERT_TRUE(parse_softnet_stat("ff 1 2 0 0 0 0 0 0 3 4 5 0000001f 0 0\n", cpus));
  EXPECT_EQ(cpus[0].cpu, 31U);
  EXPECT_EQ(cpus[0].received_rps, 3U);
  EXPECT_EQ(cpus[0].flow_limit_count, 4U);
  EXPECT_EQ(cpus[0].backlog_packets, 5U);
}

TEST(ParseSoftnetStat, LeavesOutOddLines) {
  std::vector<SoftnetCpu> cpus;
  EXPECT_FALSE(parse_softnet_stat("", cpus));
  EXPECT_FALSE(parse_softnet_stat("xyz 1 2\n1 2\n", cpus));
}

TEST(SoftnetCollector, GivesEachCpuItsFigures) {
  test::TempTree tree;
  tree.file("proc/1/net/softnet_stat",
            "10 1 2 0 0 0 0 0 0 3 4 5 00000000 0 0\nb 0 0 0 0 0 0 0 0 0 0 0 00000002 0 0\n");
  HostPaths host;
  host.proc = tree.path("proc");
  SoftnetCollector collector(host);
  EXPECT_EQ(test::render_pass(collector),
            R"(node_softnet_processed_total{cpu="0"} 16
node_softnet_processed_total{cpu="2"} 11
node_softnet_dropped_total{cpu="0"} 1
node_softnet_dropped_total{cpu="2"} 0
node_softnet_times_squeezed_total{cpu="0"} 2
node_softnet_times_squeezed_total{cpu="2"} 0
node_softnet_received_rps_total{cpu="0"} 3
node_softnet_received_rps_total{cpu="2"} 0
node_softnet_flow_limit_count_total{cpu="0"} 4
node_softnet_flow_limit_count_total{cpu="2"} 0
node_softnet_backlog_len{cpu="0"} 5
node_softnet_backlog_len{cpu="2"} 0
)");
}

}  // namespace
}  // namespace supercargo
