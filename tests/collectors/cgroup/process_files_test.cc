#include "collectors/cgroup/process_files.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(Procs, CountsLinesAndFindsTheFirstProcess) {
  EXPECT_EQ(parse_procs("12\n34\n")->count, 2U);
  EXPECT_EQ(parse_procs("12\n34\n")->first_visible, 12U);
  EXPECT_EQ(parse_procs("0\n0\n34\n")->count, 3U);
  EXPECT_EQ(parse_procs("0\n0\n34\n")->first_visible, 34U);
  EXPECT_EQ(parse_procs("0\n")->first_visible, 0U);
  EXPECT_EQ(parse_procs("")->count, 0U);
  EXPECT_FALSE(parse_procs("12\nx\n"));
  EXPECT_FALSE(parse_procs("\n"));
}

constexpr std::string_view kNetDev =
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop "
    "fifo colls carrier compressed\n"
    "    lo: 113996631153 4477588    0    0    0     0          0         0 113996631153 4477588   "
    " 0    0    0     0       0          0\n"
    "  eth0:240093129    4736    1    2    3     4          5         6   211157    2934    7    8 "
    "   9    10       11          12\n";

TEST(NetDev, HasALineForEachInterface) {
  std::vector<InterfaceCounters> interfaces;
  ASSERT_TRUE(parse_net_dev(kNetDev, interfaces));
  ASSERT_EQ(interfaces.size(), 2U);
  EXPECT_EQ(interfaces[0].name, "lo");
  const InterfaceCounters& eth0 = interfaces[1];
  EXPECT_EQ(eth0.name, "eth0");
  EXPECT_EQ(eth0.receive_bytes, 240093129U);
  EXPECT_EQ(eth0.receive_packets, 4736U);
  EXPECT_EQ(eth0.receive_errors, 1U);
  EXPECT_EQ(eth0.receive_dropped, 2U);
  EXPECT_EQ(eth0.transmit_bytes, 211157U);
  EXPECT_EQ(eth0.transmit_packets, 2934U);
  EXPECT_EQ(eth0.transmit_errors, 7U);
  EXPECT_EQ(eth0.transmit_dropped, 8U);
}

TEST(NetDev, OddLinesAreRefused) {
  std::vector<InterfaceCounters> interfaces;
  EXPECT_FALSE(parse_net_dev("eth0 1 2 3\n", interfaces));
  EXPECT_FALSE(parse_net_dev("eth0: 1 2 3\n", interfaces));
  EXPECT_FALSE(parse_net_dev(": 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n", interfaces));
  EXPECT_FALSE(parse_net_dev("eth0: 1 2 3 4 5 6 7 8 x 10 11 12 13 14 15 16\n", interfaces));
}

TEST(Interfaces, OfTheHostsSideAreSkipped) {
  for (const char* name : {"lo", "veth12ab", "docker0", "nerdctl0"}) {
    EXPECT_TRUE(is_skipped_interface(name)) << name;
  }
  for (const char* name : {"eth0", "cni0", "ens5", "wlo1"}) {
    EXPECT_FALSE(is_skipped_interface(name)) << name;
  }
}

}  // namespace
}  // namespace supercargo
