#include "collectors/cgroup/memory_files.h"

#include <limits>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(MemoryStat, OfVersion1TakesTotalsAndOwnPageFaults) {
  const auto stat = parse_memory_stat_v1(
      "cache 9310208\nrss 13402112\nrss_huge 0\nmapped_file 7577600\nswap 0\npgfault 50513\n"
      "pgmajfault 4\ninactive_file 12288\nactive_file 212992\n"
      "hierarchical_memory_limit 9223372036854771712\ntotal_cache 378150912\n"
      "total_rss 30478336\ntotal_mapped_file 23801856\ntotal_dirty 637739008\n"
      "total_writeback 270336\ntotal_workingset_refault_anon 17\n"
      "total_workingset_refault_file 24421900\ntotal_swap 4096\ntotal_pgfault 17623709\n"
      "total_pgmajfault 4781\ntotal_inactive_file 195182592\ntotal_active_file 173879296\n");
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->cache, 378150912U);
  EXPECT_EQ(stat->rss, 30478336U);
  EXPECT_EQ(stat->mapped_file, 23801856U);
  EXPECT_EQ(stat->swap, 4096U);
  EXPECT_EQ(stat->active_file, 173879296U);
  EXPECT_EQ(stat->inactive_file, 195182592U);
  EXPECT_EQ(stat->own_pgfault, 50513U);
  EXPECT_EQ(stat->pgfault, 17623709U);
  EXPECT_EQ(stat->own_pgmajfault, 4U);
  EXPECT_EQ(stat->pgmajfault, 4781U);
  EXPECT_EQ(stat->dirty, 637739008U);
  EXPECT_EQ(stat->writeback, 270336U);
  EXPECT_EQ(stat->refault_anon, 17U);
  EXPECT_EQ(stat->refault_file, 24421900U);
  EXPECT_FALSE(stat->pgscan);
  EXPECT_FALSE(stat->kernel);
}

TEST(MemoryStat, OfVersion2HasOtherNames) {
  const auto stat = parse_memory_stat_v2(
      "anon 1048576\nfile 2097152\nkernel 65536\nkernel_stack 16384\nfile_mapped 524288\n"
      "file_dirty 8192\nfile_writeback 4096\ninactive_anon 0\nactive_anon 1048576\ninactive_file "
      "786432\n"
      "active_file 1310720\nslab 4096\nworkingset_refault_anon 1\nworkingset_refault_file 2\n"
      "pgscan 44\npgsteal 43\npgfault 300\npgmajfault 5\n");
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->rss, 1048576U);
  EXPECT_EQ(stat->cache, 2097152U);
  EXPECT_EQ(stat->mapped_file, 524288U);
  EXPECT_EQ(stat->inactive_file, 786432U);
  EXPECT_EQ(stat->active_file, 1310720U);
  EXPECT_EQ(stat->pgfault, 300U);
  EXPECT_EQ(stat->pgmajfault, 5U);
  EXPECT_EQ(stat->kernel, 65536U);
  EXPECT_EQ(stat->dirty, 8192U);
  EXPECT_EQ(stat->writeback, 4096U);
  EXPECT_EQ(stat->refault_anon, 1U);
  EXPECT_EQ(stat->refault_file, 2U);
  EXPECT_EQ(stat->pgscan, 44U);
  EXPECT_EQ(stat->pgsteal, 43U);
  EXPECT_FALSE(stat->swap);
  EXPECT_FALSE(stat->own_pgfault);
}

TEST(MemoryStat, WithoutANumberIsOdd) {
  EXPECT_FALSE(parse_memory_stat_v2("anon lots\n"));
  EXPECT_FALSE(parse_memory_stat_v1("total_rss -1\n"));
}

TEST(MemoryEvents, HaveOomKillsInBothVersions) {
  EXPECT_EQ(
      parse_memory_events("low 0\nhigh 9\nmax 12\noom 3\noom_kill 2\noom_group_kill 1\n")->oom_kill,
      2U);
  EXPECT_EQ(parse_memory_events("oom_kill_disable 0\nunder_oom 0\noom_kill 7\n")->oom_kill, 7U);
  EXPECT_FALSE(parse_memory_events("oom_kill_disable 0\nunder_oom 0\n")->oom_kill);
  EXPECT_FALSE(parse_memory_events("oom_kill many\n"));
}

TEST(MemoryEvents, OfVersion2TellHowOftenBoundsWereReached) {
  const auto events = parse_memory_events("low 0\nhigh 9\nmax 12\noom 3\noom_kill 2\n");
  ASSERT_TRUE(events);
  EXPECT_EQ(events->high, 9U);
  EXPECT_EQ(events->max, 12U);
  EXPECT_FALSE(parse_memory_events("oom_kill_disable 0\nunder_oom 0\noom_kill 7\n")->max);
}

TEST(SingleValue, IsANumberOrMax) {
  EXPECT_EQ(parse_single_value("4096\n"), 4096U);
  EXPECT_EQ(parse_single_value("max\n"), std::numeric_limits<std::uint64_t>::max());
  for (const char* text : {"", "\n", "-1\n", "1 2\n", "maximum\n", "0x10\n"}) {
    EXPECT_FALSE(parse_single_value(text)) << text;
  }
}

}  // namespace
}  // namespace supercargo
