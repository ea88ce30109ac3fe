#include "collectors/cgroup/io_files.h"

#include <gtest/gtest.h>

namespace supercargo {
namespace {

TEST(IoStat, HasALineForEachDevice) {
  std::vector<DeviceIo> devices{DeviceIo{}};
  ASSERT_TRUE(parse_io_stat(
      "8:16 rbytes=1459200 wbytes=314773504 rios=192 wios=353 dbytes=0 dios=0\n"
      "8:0 rbytes=90430464 wbytes=299008000 rios=8950 wios=1252 dbytes=50331648 dios=3021\n",
      devices));
  ASSERT_EQ(devices.size(), 2U);
  EXPECT_EQ(devices[0].major, 8U);
  EXPECT_EQ(devices[0].minor, 16U);
  EXPECT_EQ(devices[0].read_bytes, 1459200U);
  EXPECT_EQ(devices[0].write_bytes, 314773504U);
  EXPECT_EQ(devices[0].reads, 192U);
  EXPECT_EQ(devices[0].writes, 353U);
  EXPECT_EQ(devices[1].writes, 1252U);
}

TEST(IoStat, ReadsLinesOfKernelsThatLeaveOutLineEnds) {
  std::vector<DeviceIo> devices;
  ASSERT_TRUE(parse_io_stat("7:7 7:6 7:0 253:0 rbytes=512 wbytes=0 rios=1 wios=0\n", devices));
  ASSERT_EQ(devices.size(), 1U);
  EXPECT_EQ(devices[0].major, 253U);
  EXPECT_EQ(devices[0].read_bytes, 512U);
}

TEST(IoStat, HasWhatIoCostCharged) {
  std::vector<DeviceIo> devices;
  ASSERT_TRUE(
      parse_io_stat("8:0 rbytes=1 wbytes=0 rios=1 wios=0 dbytes=0 dios=0 cost.vrate=100.00 "
                    "cost.usage=12 cost.wait=13 cost.indebt=14 cost.indelay=15\n8:16 rbytes=2\n",
                    devices));
  ASSERT_EQ(devices.size(), 2U);
  ASSERT_TRUE(devices[0].cost);
  EXPECT_EQ(devices[0].cost->usage_us, 12U);
  EXPECT_EQ(devices[0].cost->wait_us, 13U);
  EXPECT_EQ(devices[0].cost->indebt_us, 14U);
  EXPECT_EQ(devices[0].cost->indelay_us, 15U);
  EXPECT_FALSE(devices[1].cost);
  EXPECT_FALSE(parse_io_stat("8:0 rbytes=1 cost.wait=x\n", devices));
}

TEST(IoStat, SkipsOtherKeysAndEmptyText) {
  std::vector<DeviceIo> devices;
  ASSERT_TRUE(parse_io_stat("8:0 rbytes=1 dbytes=x use_delay=x\n", devices));
  EXPECT_EQ(devices[0].read_bytes, 1U);
  ASSERT_TRUE(parse_io_stat("", devices));
  EXPECT_TRUE(devices.empty());
}

TEST(IoStat, OddTextKeepsWhatStoodBefore) {
  std::vector<DeviceIo> devices;
  EXPECT_FALSE(parse_io_stat("8:0 rbytes=1\n8:16 rbytes=x\n", devices));
  ASSERT_GE(devices.size(), 1U);
  EXPECT_EQ(devices[0].read_bytes, 1U);
  EXPECT_FALSE(parse_io_stat("rbytes=1\n", devices));
  EXPECT_FALSE(parse_io_stat("8 rbytes=1\n", devices));
}

TEST(Blkio, JoinsBytesAndOperationsOfADevice) {
  std::vector<DeviceIo> devices;
  ASSERT_TRUE(
      parse_blkio("8:0 Read 4096\n8:0 Write 8192\n8:0 Sync 0\n8:0 Async 12288\n8:0 Total 12288\n"
                  "253:1 Read 512\n253:1 Write 0\nTotal 12800\n",
                  BlkioUnit::kBytes,
                  devices));
  ASSERT_TRUE(parse_blkio("8:0 Read 1\n8:0 Write 2\n8:0 Discard 9\n8:0 Total 3\nTotal 3\n",
                          BlkioUnit::kOperations,
                          devices));
  ASSERT_EQ(devices.size(), 2U);
  EXPECT_EQ(devices[0].read_bytes, 4096U);
  EXPECT_EQ(devices[0].write_bytes, 8192U);
  EXPECT_EQ(devices[0].reads, 1U);
  EXPECT_EQ(devices[0].writes, 2U);
  ASSERT_TRUE(devices[0].other_bytes);
  EXPECT_EQ(devices[0].other_bytes->sync, 0U);
  EXPECT_EQ(devices[0].other_bytes->async, 12288U);
  EXPECT_EQ(devices[0].other_bytes->discard, 0U);
  EXPECT_EQ(devices[0].other_bytes->total, 12288U);
  EXPECT_FALSE(devices[1].other_bytes);
  EXPECT_EQ(devices[1].major, 253U);
  EXPECT_EQ(devices[1].read_bytes, 512U);
}

TEST(Blkio, WithoutDevicesHasOnlyATotal) {
  std::vector<DeviceIo> devices;
  EXPECT_TRUE(parse_blkio("Total 0\n", BlkioUnit::kBytes, devices));
  EXPECT_TRUE(devices.empty());
}

TEST(Blkio, RefusesLinesThatItDoesNotUnderstand) {
  std::vector<DeviceIo> devices;
  EXPECT_FALSE(parse_blkio("8:0 Read x\n", BlkioUnit::kBytes, devices));
  EXPECT_FALSE(parse_blkio("sda Read 1\n", BlkioUnit::kBytes, devices));
  EXPECT_FALSE(parse_blkio("8:0 Write\n", BlkioUnit::kBytes, devices));
}

}  // namespace
}  // namespace supercargo
