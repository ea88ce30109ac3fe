#include "collectors/node/conntrack.h"

#include <gtest/gtest.h>

#include "tests/collectors/node/host_tree.h"

namespace supercargo {
namespace {

TEST(ParseConntrackStat, AddsTheCpusByTheNamesOfTheColumns) {
  const auto stats = parse_conntrack_stat("entries drop insert new\n5 1 a 7\n5 2 b 7\n5 odd\n");
  ASSERT_TRUE(stats);
  EXPECT_EQ(stats->values[ConntrackStats::kDrop], 3U);
  EXPECT_EQ(stats->values[ConntrackStats::kInsert], 21U);
  EXPECT_EQ(stats->values[ConntrackStats::kFound], 0U);
}

TEST(ParseConntrackStat, RefusesATextWithoutTheHeader) {
  EXPECT_FALSE(parse_conntrack_stat(""));
  EXPECT_FALSE(parse_conntrack_stat("00000000 00000001\n"));
}

TEST(ConntrackCollector, IsUnavailableInAnotherNetworkNamespace) {
  test::HostTree host;
  host.tree.remove("proc/self");
  host.tree.file("proc/self/net/dev", "lo: 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9 9\n");
  ConntrackCollector collector(host.options().host);
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kUnavailable);
}

TEST(ConntrackCollector, IsUnavailableWhenConntrackIsNotLoaded) {
  test::HostTree host;
  host.tree.remove("proc/sys/net/netfilter");
  ConntrackCollector collector(host.options().host);
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace supercargo
