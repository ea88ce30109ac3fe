#include "collectors/node/tcpstat.h"

#include <gtest/gtest.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

constexpr std::string_view kHeader =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
    "inode\n";

std::string socket(std::string_view state, std::string_view queues) {
  return std::string("   0: 00000000:07E8 00000000:0000 ")
      .append(state)
      .append(" ")
      .append(queues)
      .append(" 00:00000000 00000000     0        0 2167 1 000000008065eb1d 100 0 0 10 0\n");
}

class Tcpstat : public ::testing::Test {
 protected:
  Tcpstat() { host.proc = tree.root().string(); }

  test::TempTree tree;
  HostPaths host;
};

TEST_F(Tcpstat, CountsTheSocketsOfBothIpVersions) {
  tree.file("1/net/tcp",
            std::string(kHeader) + socket("0A", "00000000:00000003") +
                socket("01", "00000010:00000000") + socket("0C", "00000000:00000000"));
  tree.file("1/net/tcp6", std::string(kHeader) + socket("01", "000000FF:00000001"));
  TcpstatCollector collector(host);
  EXPECT_EQ(test::render_pass(collector),
            "node_tcp_connection_states{state=\"unknown\"} 1\n"
            "node_tcp_connection_states{state=\"established\"} 2\n"
            "node_tcp_connection_states{state=\"listen\"} 1\n"
            "node_tcp_connection_states{state=\"rx_queued_bytes\"} 4\n"
            "node_tcp_connection_states{state=\"tx_queued_bytes\"} 271\n");
}

TEST_F(Tcpstat, ReadsMoreThanItsBufferHolds) {
  std::string text(kHeader);
  for (int i = 0; i < 3000; ++i) {
    text += socket("06", "00000000:00000000");
  }
  tree.file("1/net/tcp", text);
  TcpstatCollector collector(host);
  EXPECT_EQ(test::render_pass(collector),
            "node_tcp_connection_states{state=\"time_wait\"} 3000\n"
            "node_tcp_connection_states{state=\"rx_queued_bytes\"} 0\n"
            "node_tcp_connection_states{state=\"tx_queued_bytes\"} 0\n");
}

TEST_F(Tcpstat, WithoutSocketsOrWithoutTheFileThereIsNothing) {
  TcpstatCollector collector(host);
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kUnavailable);
  tree.file("1/net/tcp", kHeader);
  EXPECT_EQ(test::render_pass(collector), "");
}

TEST_F(Tcpstat, ALineWithoutEndIsAnError) {
  tree.file("1/net/tcp", std::string(100'000, 'x'));
  TcpstatCollector collector(host);
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kParse);
}

TEST(TakeTcpLines, LeavesTheBeginOfALineAndSkipsOddOnes) {
  const std::string whole = socket("01", "00000001:00000002");
  const std::string text =
      "0: a b\n0: a b 01 zz:00\n0: a b 01 00\n0: a b 1x 00:00\n\n" + whole + whole.substr(0, 40);
  std::string_view rest = text;
  TcpStates states;
  take_tcp_lines(rest, states);
  EXPECT_EQ(rest, whole.substr(0, 40));
  EXPECT_EQ(states.sockets[1], 1U);
  EXPECT_EQ(states.sent_bytes, 1U);
  EXPECT_EQ(states.received_bytes, 2U);
}

}  // namespace
}  // namespace supercargo
