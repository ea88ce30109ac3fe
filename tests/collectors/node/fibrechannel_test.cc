#include "collectors/node/fibrechannel.h"

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

TEST(FibrechannelCollector, GivesHexadecimalCountersAndLeavesOutWhatIsNotCounted) {
  test::TempTree tree;
  const std::string host = "sys/class/fc_host/host0/";
  tree.file(host + "speed", "16 Gbit\n");
  tree.file(host + "port_state", "Online\n");
  tree.file(host + "port_id", "0x000002\n");
  tree.file(host + "fabric_name", "0x0\n");
  tree.file(host + "dev_loss_tmo", "30\n");
  tree.file(host + "statistics/rx_frames", "0x3\n");
  tree.file(host + "statistics/nos_count", "0x12\n");
  tree.file(host + "statistics/dumped_frames", "0xffffffffffffffff\n");
  FibrechannelCollector collector(host_of(tree));
  EXPECT_EQ(test::render_pass(collector),
            "node_fibrechannel_rx_frames_total{fc_host=\"host0\"} 3\n"
            "node_fibrechannel_nos_total{fc_host=\"host0\"} 18\n"
            "node_fibrechannel_info{dev_loss_tmo=\"30\",fabric_name=\"0\",fc_host=\"host0\","
            "port_id=\"000002\",port_name=\"\",port_state=\"Online\",port_type=\"\","
            "speed=\"16 Gbit\",supported_classes=\"\",supported_speeds=\"\","
            "symbolic_name=\"\"} 1\n");
}

TEST(FibrechannelCollector, IsUnavailableWithoutTheClass) {
  test::TempTree tree;
  FibrechannelCollector collector(host_of(tree));
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace supercargo
