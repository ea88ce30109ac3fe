#include "collectors/node/proc_stat.h"

#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

TEST(ParseProcStat, ReadsCpusAndCountersButNotTheSumOfCpus) {
  ProcStat stat;
  ASSERT_TRUE(parse_proc_stat(
      "cpu  9 9 9 9\ncpu3 1 2 3 4 5 6 7 8 9 10\nctxt 18446744073709551615\n", stat));
  ASSERT_EQ(stat.cpus.size(), 1U);
  EXPECT_EQ(stat.cpus[0].cpu, 3U);
  EXPECT_EQ(stat.cpus[0].ticks[CpuTicks::kGuestNice], 10U);
  EXPECT_EQ(stat.context_switches, 18446744073709551615U);
  EXPECT_FALSE(stat.boot_time);
}

TEST(ParseProcStat, TakesTheFewerFieldsOfOldKernels) {
  ProcStat stat;
  ASSERT_TRUE(parse_proc_stat("cpu0 1 2 3 4\n", stat));
  EXPECT_EQ(stat.cpus[0].ticks[CpuTicks::kIdle], 4U);
  EXPECT_EQ(stat.cpus[0].ticks[CpuTicks::kIowait], 0U);
}

TEST(ParseProcStat, LeavesOutOddLines) {
  ProcStat stat;
  ASSERT_TRUE(parse_proc_stat("cpu0 1 2 3\ncpu1 1 2 3 -4\ncpux 1 2 3 4\nbtime x\nctxt 7\n", stat));
  EXPECT_TRUE(stat.cpus.empty());
  EXPECT_FALSE(stat.boot_time);
  EXPECT_EQ(stat.context_switches, 7U);
}

TEST(ParseProcStat, ForgetsWhatItSaidBefore) {
  ProcStat stat;
  ASSERT_TRUE(parse_proc_stat("cpu0 1 2 3 4\nbtime 5\n", stat));
  EXPECT_FALSE(parse_proc_stat("nothing\n", stat));
  EXPECT_TRUE(stat.cpus.empty());
  EXPECT_FALSE(stat.boot_time);
}

TEST(ProcStatFile, ServesEachUserOncePerReading) {
  test::TempTree tree;
  tree.file("stat", "ctxt 1\n");
  ProcStatFile file(tree.path("stat"));
  EXPECT_EQ((*file.take(ProcStatFile::User::kCpu))->context_switches, 1U);
  tree.file("stat", "ctxt 2\n");
  EXPECT_EQ((*file.take(ProcStatFile::User::kStat))->context_switches, 1U);
  EXPECT_EQ((*file.take(ProcStatFile::User::kStat))->context_switches, 2U);
  tree.file("stat", "ctxt 3\n");
  EXPECT_EQ((*file.take(ProcStatFile::User::kCpu))->context_switches, 2U);
  EXPECT_EQ((*file.take(ProcStatFile::User::kCpu))->context_switches, 3U);
}

TEST(ProcStatFile, DoesNotServeAReadingThatFailed) {
  test::TempTree tree;
  tree.file("stat", "odd\n");
  ProcStatFile file(tree.path("stat"));
  EXPECT_FALSE(file.take(ProcStatFile::User::kCpu));
  EXPECT_FALSE(file.take(ProcStatFile::User::kStat));
  tree.file("stat", "ctxt 1\n");
  EXPECT_TRUE(file.take(ProcStatFile::User::kStat));
}

}  // namespace
}  // namespace supercargo
