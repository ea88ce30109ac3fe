#include "collectors/node/udp_queues.h"

#include <gtest/gtest.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

constexpr std::string_view kHeader =
    "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
    "inode ref pointer drops\n";

constexpr std::string_view kSockets =
    "  213: 00000000:0044 00000000:0000 07 00000002:00000300 00:00000000 00000000     0        0 "
    "1234 2 0000000000000000 0\n"
    "  214: 00000000:0045 00000000:0000 07 0000000F:00000001 00:00000000 00000000     0        0 "
    "1235 2 0000000000000000 0\n";

TEST(UdpQueuesCollector, AddsUpTheSocketsOfEachIpVersion) {
  test::TempTree tree;
  tree.file("1/net/udp", std::string(kHeader).append(kSockets));
  tree.file("1/net/udp6", kHeader);
  HostPaths host;
  host.proc = tree.root().string();
  UdpQueuesCollector collector(host);
  EXPECT_EQ(test::render_pass(collector),
            "node_udp_queues{ip=\"v4\",queue=\"tx\"} 17\n"
            "node_udp_queues{ip=\"v4\",queue=\"rx\"} 769\n"
            "node_udp_queues{ip=\"v6\",queue=\"tx\"} 0\n"
            "node_udp_queues{ip=\"v6\",queue=\"rx\"} 0\n");
}

TEST(UdpQueuesCollector, OneIpVersionIsEnough) {
  test::TempTree tree;
  HostPaths host;
  host.proc = tree.root().string();
  UdpQueuesCollector none(host);
  SampleSet set(none.families());
  EXPECT_EQ(none.collect(set).error().code, ErrorCode::kUnavailable);
  tree.file("1/net/udp6", kHeader);
  EXPECT_TRUE(none.collect(set));
  tree.file("1/net/udp", "odd");
  EXPECT_EQ(none.collect(set).error().code, ErrorCode::kParse);
}

TEST(ParseUdpQueues, LeavesOutOddLines) {
  Result<UdpQueues> queues = parse_udp_queues(
      "sl\n 1: a b 07 00000001:zz\n 2: a b 07\n 3: a b 07 00000001:00000002 x\n\n");
  ASSERT_TRUE(queues);
  EXPECT_EQ(queues->transmit, 1U);
  EXPECT_EQ(queues->receive, 2U);
}

}  // namespace
}  // namespace supercargo
