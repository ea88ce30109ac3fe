#include "collectors/node/netstat.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/collectors/node/host_tree.h"
#include "tests/support/render_samples.h"

namespace supercargo {
namespace {

TEST(ParseNetSnmp, PairsNamesWithNumbers) {
  std::vector<ProtocolField> fields;
  ASSERT_TRUE(parse_net_snmp("Tcp: A B\nTcp: 1 -2\nUdp: C\nUdp: 3\n", fields));
  ASSERT_EQ(fields.size(), 3U);
  EXPECT_EQ(fields[1].key, "B");
  EXPECT_EQ(fields[1].value, -2.0);
  EXPECT_EQ(fields[2].protocol, "Udp");
}

TEST(ParseNetSnmp, LeavesOutOddPairs) {
  std::vector<ProtocolField> fields;
  ASSERT_TRUE(parse_net_snmp("Tcp: A B\nUdp: 1 2\nIp: C D\nIp: 3\nIp: E\n", fields));
  ASSERT_EQ(fields.size(), 1U);
  EXPECT_EQ(fields[0].key, "C");
  EXPECT_FALSE(parse_net_snmp("", fields));
}

TEST(ParseNetSnmp6, CutsTheProtocolAfterTheSix) {
  std::vector<ProtocolField> fields;
  ASSERT_TRUE(parse_net_snmp6("UdpLite6InErrors \t 4\nIp6In6x 5\nNone 1\nIp6Odd\n", fields));
  ASSERT_EQ(fields.size(), 2U);
  EXPECT_EQ(fields[0].protocol, "UdpLite6");
  EXPECT_EQ(fields[0].key, "InErrors");
  EXPECT_EQ(fields[1].key, "In6x");
}

TEST(NetstatCollector, AHostWithoutIpv6IsNoError) {
  test::HostTree host;
  host.tree.remove("proc/1/net/snmp6");
  NetstatCollector collector(host.options());
  const std::string pass = test::render_pass(collector);
  EXPECT_THAT(pass, ::testing::HasSubstr("node_netstat_Udp_NoPorts 7\n"));
  EXPECT_THAT(pass, ::testing::Not(::testing::HasSubstr("error")));
}

TEST(NetstatCollector, OneMissingFileCostsItsOwnSamplesOnly) {
  test::HostTree host;
  host.tree.remove("proc/1/net/netstat");
  NetstatCollector collector(host.options());
  const std::string pass = test::render_pass(collector);
  EXPECT_THAT(pass, ::testing::HasSubstr("node_netstat_Udp6_InDatagrams 5\n"));
  EXPECT_THAT(pass, ::testing::HasSubstr("error: open"));
}

TEST(NetstatCollector, HelpAndKindAreNodeExporters) {
  const test::HostTree host;
  NetstatCollector collector(host.options());
  for (const MetricDesc& desc : collector.families()) {
    EXPECT_EQ(desc.kind, MetricKind::kUntyped);
    if (desc.name == "node_netstat_Tcp_CurrEstab") {
      EXPECT_EQ(desc.help, "Statistic TcpCurrEstab.");
    }
  }
}

}  // namespace
}  // namespace supercargo
