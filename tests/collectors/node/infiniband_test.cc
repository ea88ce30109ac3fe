#include "collectors/node/infiniband.h"

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

TEST(InfinibandCollector, GivesPortsWithBothKindsOfCounters) {
  test::TempTree tree;
  const std::string device = "sys/class/infiniband/mlx4_0/";
  tree.file(device + "board_id", "SM_1141000001000\n");
  tree.file(device + "fw_ver", "2.31.5050\n");
  tree.file(device + "ports/1/state", "4: ACTIVE\n");
  tree.file(device + "ports/1/phys_state", "5: LinkUp\n");
  tree.file(device + "ports/1/rate", "2.5 Gb/sec (1X SDR)\n");
  tree.file(device + "ports/1/counters/port_rcv_data", "55\n");
  tree.file(device + "ports/1/counters/link_downed", "N/A (no PMA)\n");
  tree.file(device + "ports/1/counters_ext/port_xmit_data_64", "10\n");
  tree.file(device + "ports/1/counters/VL15_dropped", "3\n");
  InfinibandCollector collector(host_of(tree));
  EXPECT_EQ(test::render_pass(collector),
            "node_infiniband_info{board_id=\"SM_1141000001000\",device=\"mlx4_0\","
            "firmware_version=\"2.31.5050\",hca_type=\"\"} 1\n"
            "node_infiniband_state_id{device=\"mlx4_0\",port=\"1\"} 4\n"
            "node_infiniband_physical_state_id{device=\"mlx4_0\",port=\"1\"} 5\n"
            "node_infiniband_rate_bytes_per_second{device=\"mlx4_0\",port=\"1\"} 312500000\n"
            "node_infiniband_legacy_data_transmitted_bytes_total{device=\"mlx4_0\",port=\"1\"} 40\n"
            "node_infiniband_port_data_received_bytes_total{device=\"mlx4_0\",port=\"1\"} 220\n"
            "node_infiniband_vl15_dropped_total{device=\"mlx4_0\",port=\"1\"} 3\n");
}

TEST(InfinibandCollector, IsUnavailableWithoutTheClass) {
  test::TempTree tree;
  InfinibandCollector collector(host_of(tree));
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kUnavailable);
}

TEST(ParseInfinibandRate, WantsItsUnit) {
  EXPECT_EQ(parse_infiniband_rate("100 Gb/sec (4X EDR)"), 12500000000.0);
  EXPECT_EQ(parse_infiniband_rate("100 Mb/sec"), std::nullopt);
  EXPECT_EQ(parse_infiniband_rate("-1 Gb/sec"), std::nullopt);
  EXPECT_EQ(parse_infiniband_rate(""), std::nullopt);
}

TEST(ParseInfinibandState, TakesTheNumber) {
  EXPECT_EQ(parse_infiniband_state("1: DOWN"), 1);
  EXPECT_EQ(parse_infiniband_state("DOWN"), std::nullopt);
  EXPECT_EQ(parse_infiniband_state(""), std::nullopt);
}

}  // namespace
}  // namespace supercargo
