#include "collectors/node/sockstat.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/collectors/node/host_tree.h"
#include "tests/support/render_samples.h"

namespace supercargo {
namespace {

TEST(ParseSockstat, ReadsKeysAndNumbersInPairs) {
  std::vector<SocketField> fields;
  ASSERT_TRUE(parse_sockstat("sockets: used 28\nTCP: inuse 7 orphan x tw 2\nodd 1\n", fields));
  ASSERT_EQ(fields.size(), 2U);
  EXPECT_EQ(fields[1].protocol, "TCP");
  EXPECT_EQ(fields[1].value, 7.0);
  EXPECT_FALSE(parse_sockstat("", fields));
}

TEST(SockstatCollector, GivesPagesAlsoAsBytes) {
  test::HostTree host;
  host.tree.file("proc/1/net/sockstat", "TCP: inuse 7 orphan 0 tw 2 alloc 7 mem 378\n");
  SockstatCollector collector(host.options().host);
  EXPECT_THAT(test::render_pass(collector),
              ::testing::HasSubstr("node_sockstat_TCP_mem_bytes " +
                                   std::to_string(378 * ::sysconf(_SC_PAGESIZE)) + "\n"));
}

TEST(SockstatCollector, AHostWithoutIpv6IsNoError) {
  test::HostTree host;
  host.tree.remove("proc/1/net/sockstat6");
  SockstatCollector collector(host.options().host);
  EXPECT_THAT(test::render_pass(collector), ::testing::Not(::testing::HasSubstr("error")));
}

}  // namespace
}  // namespace supercargo
