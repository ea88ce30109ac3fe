#include "collectors/node/diskstats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string pass_of(std::string_view diskstats,
                    std::string exclude = NodeMetricsConfig{}.diskstats_device_exclude) {
  test::TempTree tree;
  tree.file("proc/diskstats", diskstats);
  NodeOptions options;
  options.host.root = tree.root().string();
  options.host.run = tree.path("run");
  options.host.proc = tree.path("proc");
  options.config.diskstats_device_exclude = std::move(exclude);
  DiskstatsCollector collector(options);
  return test::render_pass(collector);
}

TEST(ParseDiskstats, TakesTheFieldCountsOfAllKernels) {
  std::vector<DiskStats> disks;
  parse_diskstats(
      "8 0 a 1 2 3 4 5 6 7 8 9 10 11\n"
      "8 1 b 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15\n"
      "8 2 c 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n"
      "8 3 d 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19\n",
      disks);
  ASSERT_EQ(disks.size(), 4U);
  EXPECT_EQ(disks[0].count, 11U);
  EXPECT_EQ(disks[1].count, 15U);
  EXPECT_EQ(disks[2].count, 17U);
  EXPECT_EQ(disks[3].count, 17U);
  EXPECT_EQ(disks[2].counters[16], 17U);
}

TEST(ParseDiskstats, LeavesOutOddLines) {
  std::vector<DiskStats> disks;
  parse_diskstats("8 0 sda 1 2 3 4\nx 0 a 1 2 3 4 5 6 7 8 9 10 11\n\n8 0\n", disks);
  EXPECT_TRUE(disks.empty());
}

TEST(DiskstatsCollector, AnOldKernelGivesFewerFamilies) {
  const std::string pass = pass_of("8 0 sda 1 2 3 4 5 6 7 8 9 10 11\n");
  EXPECT_THAT(pass, HasSubstr("node_disk_io_time_weighted_seconds_total{device=\"sda\"} 0.011\n"));
  EXPECT_THAT(pass, Not(HasSubstr("discard")));
  EXPECT_THAT(pass, Not(HasSubstr("flush")));
}

TEST(DiskstatsCollector, LeavesOutPartitionsAndMemoryDisksOrWhatTheUserSays) {
  constexpr std::string_view kDisks =
      "1 0 ram0 1 2 3 4 5 6 7 8 9 10 11\n"
      "8 0 sda 1 2 3 4 5 6 7 8 9 10 11\n"
      "8 1 sda1 1 2 3 4 5 6 7 8 9 10 11\n"
      "259 0 nvme0n1 1 2 3 4 5 6 7 8 9 10 11\n"
      "259 1 nvme0n1p1 1 2 3 4 5 6 7 8 9 10 11\n";
  const std::string pass = pass_of(kDisks);
  EXPECT_THAT(pass, HasSubstr("reads_completed_total{device=\"sda\"}"));
  EXPECT_THAT(pass, HasSubstr("reads_completed_total{device=\"nvme0n1\"}"));
  EXPECT_THAT(pass, Not(HasSubstr("sda1")));
  EXPECT_THAT(pass, Not(HasSubstr("ram0")));
  EXPECT_THAT(pass, Not(HasSubstr("nvme0n1p1")));
  EXPECT_THAT(pass_of(kDisks, "^nvme"), HasSubstr("sda1"));
}

TEST(DiskstatsCollector, AHostWithoutUdevHasEmptyLabels) {
  EXPECT_THAT(pass_of("253 7 dm-0 1 2 3 4 5 6 7 8 9 10 11\n"),
              HasSubstr("node_disk_info{device=\"dm-0\",major=\"253\",minor=\"7\",model=\"\","
                        "path=\"\",revision=\"\",serial=\"\",wwn=\"\"} 1\n"));
}

TEST(DiskstatsCollector, AMachineWithoutDisksIsNoError) {
  EXPECT_EQ(pass_of(""), "");
}

}  // namespace
}  // namespace supercargo
