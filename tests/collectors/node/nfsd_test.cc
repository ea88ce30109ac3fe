#include "collectors/node/nfsd.h"

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
using ::testing::Not;

TEST(NfsdCollector, GivesCachesThreadsErrorsAndProcedures) {
  test::TempTree tree;
  tree.file("proc/1/net/rpc/nfsd",
            "rc 1 6 18622\nfh 7 0 0 0 0\nio 157286400 72864\nth 8 0 0.000 0.000\n"
            "ra 32 0 0 0 0 0 0 0 0 0 0 9\nnet 972 55 972 5\nrpc 18628 6 3 2 1\n"
            "proc2 18 2 69 0\nproc3 22 2 112 0\nproc4 2 2 10853\nwdeleg_getattr 0\n"
            "proc4ops 28 0 0 0 1098 2 0 0 0 0 8179 5896 0 0 0 0 5900 0 0 2 0 2 0 9609 77 78 150 "
            "1272 3\n");
  NfsdCollector collector(host_of(tree));
  const std::string text = test::render_pass(collector);
  for (const char* line : {"node_nfsd_reply_cache_hits_total 1\n",
                           "node_nfsd_reply_cache_nocache_total 18622\n",
                           "node_nfsd_file_handles_stale_total 7\n",
                           "node_nfsd_disk_bytes_written_total 72864\n",
                           "node_nfsd_server_threads 8\n",
                           "node_nfsd_read_ahead_cache_size_blocks 32\n",
                           "node_nfsd_read_ahead_cache_not_found_total 9\n",
                           "node_nfsd_packets_total{proto=\"udp\"} 55\n",
                           "node_nfsd_packets_total{proto=\"tcp\"} 972\n",
                           "node_nfsd_connections_total 5\n",
                           "node_nfsd_server_rpcs_total 18628\n",
                           "node_nfsd_rpc_errors_total{error=\"fmt\"} 3\n",
                           "node_nfsd_rpc_errors_total{error=\"cInt\"} 1\n",
                           "node_nfsd_requests_total{method=\"GetAttr\",proto=\"2\"} 69\n",
                           "node_nfsd_requests_total{method=\"GetAttr\",proto=\"3\"} 112\n",
                           "node_nfsd_requests_total{method=\"Access\",proto=\"4\"} 1098\n",
                           "node_nfsd_requests_total{method=\"PutFH\",proto=\"4\"} 9609\n",
                           "node_nfsd_requests_total{method=\"Read\",proto=\"4\"} 150\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text, Not(HasSubstr("Null")));
  EXPECT_THAT(text, Not(HasSubstr(" 77\n")));
}

TEST(NfsdCollector, IsUnavailableWithoutTheServer) {
  test::TempTree tree;
  NfsdCollector collector(host_of(tree));
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace supercargo
