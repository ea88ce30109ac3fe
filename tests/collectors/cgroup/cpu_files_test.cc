#include "collectors/cgroup/cpu_files.h"

#include <gtest/gtest.h>

#include "collectors/cgroup/cgroup_reader.h"

namespace supercargo {
namespace {

TEST(CpuStat, OfVersion2HasMicroseconds) {
  const auto stat = parse_cpu_stat(
      "usage_usec 862003231\nuser_usec 676001538\nsystem_usec 186001693\nnice_usec 0\n"
      "core_sched.force_idle_usec 0\nnr_periods 12\nnr_throttled 3\nthrottled_usec 4500\n"
      "nr_bursts 2\nburst_usec 700\n");
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->usage_usec, 862003231U);
  EXPECT_EQ(stat->user_usec, 676001538U);
  EXPECT_EQ(stat->system_usec, 186001693U);
  EXPECT_EQ(stat->nr_periods, 12U);
  EXPECT_EQ(stat->nr_throttled, 3U);
  EXPECT_EQ(stat->throttled_usec, 4500U);
  EXPECT_FALSE(stat->throttled_time_ns);
  EXPECT_EQ(stat->nr_bursts, 2U);
  EXPECT_EQ(stat->burst_usec, 700U);
  EXPECT_FALSE(stat->burst_time_ns);
}

TEST(CpuStat, OfVersion1HasNanoseconds) {
  const auto stat = parse_cpu_stat("nr_periods 7\nnr_throttled 2\nthrottled_time 250000000\n");
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->nr_periods, 7U);
  EXPECT_EQ(stat->throttled_time_ns, 250000000U);
  EXPECT_FALSE(stat->usage_usec);
}

TEST(CpuStat, KeysMayComeInAnyOrder) {
  const auto stat = parse_cpu_stat("system_usec 3\nusage_usec 5\nuser_usec 2\n");
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->usage_usec, 5U);
  EXPECT_EQ(stat->user_usec, 2U);
  EXPECT_EQ(stat->system_usec, 3U);
}

TEST(CpuStat, WithoutANumberIsOdd) {
  EXPECT_FALSE(parse_cpu_stat("usage_usec\n"));
  EXPECT_FALSE(parse_cpu_stat("usage_usec x\n"));
  EXPECT_FALSE(parse_cpu_stat("usage_usec 1 2\n"));
  EXPECT_FALSE(parse_cpu_stat("usage_usec 99999999999999999999999\n"));
  EXPECT_TRUE(parse_cpu_stat(""));
}

TEST(CpuacctStat, HasTicks) {
  const auto stat = parse_cpuacct_stat("user 70951\nsystem 19521\n");
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->user_ticks, 70951U);
  EXPECT_EQ(stat->system_ticks, 19521U);
}

TEST(CpuMax, MayHaveNoQuota) {
  const auto none = parse_cpu_max("max 100000\n");
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->quota_us);
  EXPECT_EQ(none->period_us, 100000U);
  const auto half = parse_cpu_max("50000 100000\n");
  ASSERT_TRUE(half);
  EXPECT_EQ(half->quota_us, 50000U);
}

TEST(CpuMax, OddTextGivesNothing) {
  for (const char* text : {"", "max", "max\n", "x 100000", "1 2 3", "-1 100000"}) {
    EXPECT_FALSE(parse_cpu_max(text)) << text;
  }
}

TEST(SharesOfWeight, FollowsCadvisorsFormula) {
  EXPECT_EQ(shares_of_weight(1), 2U);
  EXPECT_EQ(shares_of_weight(100), 2597U);
  EXPECT_EQ(shares_of_weight(10000), 262144U);
  EXPECT_EQ(shares_of_weight(0), 2U);
  EXPECT_EQ(shares_of_weight(~std::uint64_t{0}), 262144U);
}

// Multiplied by 1e-6 and 0.01 they were 2.2488829999999997 and 0.07000000000000001, which is not
// what cAdvisor has.
TEST(SecondsOf, HaveTheDigitsOfTheKernel) {
  EXPECT_EQ(seconds_of_us(2'248'883), 2.248883);
  EXPECT_EQ(seconds_of_ns(2'248'883'007), 2.248883007);
  EXPECT_EQ(seconds_of_ticks(7), 0.07);
}

}  // namespace
}  // namespace supercargo
