#include "collectors/node/ipvs.h"

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

constexpr std::string_view kStats =
    "   Total Incoming Outgoing         Incoming         Outgoing\n"
    "   Conns  Packets  Packets            Bytes            Bytes\n"
    " 16AA370 E33656E5        0     51D8C8883AB3                0\n"
    "\n"
    " Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s\n"
    "       4    1FB3C        0          1282A8F                0\n";

constexpr std::string_view kBackends =
    "IP Virtual Server version 1.2.1 (size=4096)\n"
    "Prot LocalAddress:Port Scheduler Flags\n"
    "  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\n"
    "TCP  C0A80016:0CEA wlc\n"
    "  -> C0A85216:0CEA      Tunnel  100    248        2\n"
    "  -> C0A85216:0CEA      Tunnel  1      1          1\n"
    "UDP  [2620:0000:0000:0000:0000:0000:0000:0001]:0050 rr\n"
    "  -> [2620:0000:0000:0000:0000:0000:0000:0002]:0051      Masq    1      0          0\n"
    "FWM  10001000 wlc\n"
    "  -> C0A8321A:0CEA      Route   0      0          1\n";

TEST(IpvsCollector, GivesTotalsAndEachBackend) {
  test::TempTree tree;
  tree.file("proc/1/net/ip_vs_stats", kStats);
  tree.file("proc/1/net/ip_vs", kBackends);
  IpvsCollector collector(host_of(tree));
  const std::string tcp =
      "{local_address=\"192.168.0.22\",local_mark=\"\",local_port=\"3306\",proto=\"TCP\","
      "remote_address=\"192.168.82.22\",remote_port=\"3306\"}";
  const std::string udp =
      "{local_address=\"2620::1\",local_mark=\"\",local_port=\"80\",proto=\"UDP\","
      "remote_address=\"2620::2\",remote_port=\"81\"}";
  const std::string mark =
      "{local_address=\"\",local_mark=\"10001000\",local_port=\"0\",proto=\"FWM\","
      "remote_address=\"192.168.50.26\",remote_port=\"3306\"}";
  EXPECT_EQ(test::render_pass(collector),
            "node_ipvs_connections_total 23765872\n"
            "node_ipvs_incoming_packets_total 3811989221\n"
            "node_ipvs_outgoing_packets_total 0\n"
            "node_ipvs_incoming_bytes_total 89991519156915\n"
            "node_ipvs_outgoing_bytes_total 0\n"
            "node_ipvs_backend_connections_active" +
                mark + " 0\n" + "node_ipvs_backend_connections_active" + tcp + " 249\n" +
                "node_ipvs_backend_connections_active" + udp + " 0\n" +
                "node_ipvs_backend_connections_inactive" + mark + " 1\n" +
                "node_ipvs_backend_connections_inactive" + tcp + " 3\n" +
                "node_ipvs_backend_connections_inactive" + udp + " 0\n" +
                "node_ipvs_backend_weight" + mark + " 0\n" + "node_ipvs_backend_weight" + tcp +
                " 101\n" + "node_ipvs_backend_weight" + udp + " 1\n");
}

TEST(IpvsCollector, IsUnavailableWithoutTheModule) {
  test::TempTree tree;
  IpvsCollector collector(host_of(tree));
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kUnavailable);
}

TEST(ParseIpvs, NamesTheOddLine) {
  EXPECT_TRUE(parse_ipvs("")->empty());
  EXPECT_EQ(parse_ipvs("TCP  C0A80016 wlc\n").error().message, "ip_vs: odd line 1");
  EXPECT_FALSE(parse_ipvs("TCP C0A8001Z:0CEA wlc\n"));
  EXPECT_FALSE(parse_ipvs("TCP [2620::zz]:0CEA wlc\n"));
  EXPECT_FALSE(parse_ipvs("TCP C0A80016:1CEAF wlc\n"));
  EXPECT_FALSE(parse_ipvs("FWM 1\n -> C0A80016:0CEA Route 1\n"));
  EXPECT_FALSE(parse_ipvs_stats("a\nb\n1 2 3 4\n"));
  EXPECT_FALSE(parse_ipvs_stats(""));
}

}  // namespace
}  // namespace supercargo
