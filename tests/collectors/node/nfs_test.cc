#include "collectors/node/nfs.h"

#include <gmock/gmock.h>
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

using ::testing::HasSubstr;

TEST(NfsCollector, GivesPacketsCallsAndProcedures) {
  test::TempTree tree;
  tree.file("proc/1/net/rpc/nfs",
            "net 70 69 1 45\nrpc 1218785755 374636 1218815394\n"
            "proc2 18 16 57 74 52 71 73 45 86 0 52 83 61 17 53 50 23 70 82\n"
            "proc3 22 0 1061909262 48906\nproc4 3 98 51 54\n");
  NfsCollector collector(host_of(tree));
  const std::string text = test::render_pass(collector);
  for (const char* line : {"node_nfs_packets_total{protocol=\"udp\"} 69\n",
                           "node_nfs_packets_total{protocol=\"tcp\"} 1\n",
                           "node_nfs_connections_total 45\n",
                           "node_nfs_rpcs_total 1218785755\n",
                           "node_nfs_rpc_retransmissions_total 374636\n",
                           "node_nfs_rpc_authentication_refreshes_total 1218815394\n",
                           "node_nfs_requests_total{method=\"Null\",proto=\"2\"} 16\n",
                           "node_nfs_requests_total{method=\"FsStat\",proto=\"2\"} 82\n",
                           "node_nfs_requests_total{method=\"GetAttr\",proto=\"3\"} 1061909262\n",
                           "node_nfs_requests_total{method=\"Write\",proto=\"4\"} 54\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST(NfsCollector, IsUnavailableWithoutTheClient) {
  test::TempTree tree;
  NfsCollector collector(host_of(tree));
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace supercargo
