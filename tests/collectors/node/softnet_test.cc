#include "collectors/node/softnet.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(ParseSoftnetStat, OldKernelsHaveNoCpuColumn) {
  std::vector<SoftnetCpu> cpus;
  ASSERT_TRUE(parse_softnet_stat("ff 1 2 0 0 0 0 0 0\n10 0 0 0 0 0 0 0 0\n", cpus));
  ASSERT_EQ(cpus.size(), 2U);
  EXPECT_EQ(cpus[0].processed, 255U);
  EXPECT_EQ(cpus[1].cpu, 1U);
  EXPECT_FALSE(cpus[1].received_rps);
}

TEST(ParseSoftnetStat, NewKernelsSayWhichCpuItIs) {
  std::vector<SoftnetCpu> cpus;
  ASSERT_TRUE(parse_softnet_stat("ff 1 2 0 0 0 0 0 0 3 4 0 0000001f 0 0\n", cpus));
  EXPECT_EQ(cpus[0].cpu, 31U);
  EXPECT_EQ(cpus[0].received_rps, 3U);
  EXPECT_EQ(cpus[0].flow_limit_count, 4U);
}

TEST(ParseSoftnetStat, LeavesOutOddLines) {
  std::vector<SoftnetCpu> cpus;
  EXPECT_FALSE(parse_softnet_stat("", cpus));
  EXPECT_FALSE(parse_softnet_stat("xyz 1 2\n1 2\n", cpus));
}

}  // namespace
}  // namespace supercargo
