#include "collectors/node/netdev.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/collectors/node/host_tree.h"
#include "tests/support/render_samples.h"

namespace supercargo {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ParseNetDev, ReadsNamesWithColonsAndCountersThatTouchThem) {
  std::vector<NetDevice> devices;
  ASSERT_TRUE(parse_net_dev(
      " face |bytes\n eth0:1:18446744073709551615 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n",
      devices));
  ASSERT_EQ(devices.size(), 1U);
  EXPECT_EQ(devices[0].name, "eth0:1");
  EXPECT_EQ(devices[0].counters[0], 18446744073709551615U);
  EXPECT_EQ(devices[0].counters[15], 16U);
}

TEST(ParseNetDev, LeavesOutOddLines) {
  std::vector<NetDevice> devices;
  EXPECT_FALSE(parse_net_dev("eth0: 1 2 3\n: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n", devices));
}

TEST(NetdevCollector, ReadsTheHostsNamespaceAndNotTheReadersOwn) {
  test::HostTree host;
  host.tree.remove("proc/self");
  host.tree.file("proc/self/net/dev", "pod0: 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9\n");
  NetdevCollector collector(host.options());
  const std::string pass = test::render_pass(collector);
  EXPECT_THAT(pass, HasSubstr("device=\"eth0\""));
  EXPECT_THAT(pass, Not(HasSubstr("pod0")));
}

TEST(NetdevCollector, TakesNothingFromAForeignSysfs) {
  test::HostTree host;
  host.tree.remove("proc/self");
  host.tree.file("proc/self/net/dev",
                 "lo: 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9\neth0: 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9\n");
  NetdevCollector collector(host.options());
  EXPECT_THAT(test::render_pass(collector), Not(HasSubstr("nohandler")));
}

}  // namespace
}  // namespace supercargo
