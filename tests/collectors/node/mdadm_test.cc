#include "collectors/node/mdadm.h"

#include <gtest/gtest.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

HostPaths host_of(const test::TempTree& tree) {
  HostPaths host;
  host.root = tree.root().string();
  host.proc = tree.path("proc");
  host.sys = tree.path("sys");
  return host;
}

constexpr std::string_view kMdstat =
    "Personalities : [raid1] [raid6] [raid0]\n"
    "md3 : active raid6 sda1[8] sdh1[7] sdg1[6] sdf1[5] sde1[11] sdd1[3] sdc1[10] sdb1[9](S)\n"
    "      5853468288 blocks super 1.2 level 6, 64k chunk, algorithm 2 [8/8] [UUUUUUUU]\n"
    "\n"
    "md0 : active (auto-read-only) raid1 sdi4[0] sdh4[2](F)\n"
    "      1855870976 blocks super 1.2 [2/1] [U_]\n"
    "      bitmap: 7/14 pages [28KB], 65536KB chunk\n"
    "      [=>...................]  recovery =  8.5% (16775552/195310144) finish=17.0min "
    "speed=259783K/sec\n"
    "\n"
    "md7 : inactive sdb[0](S)\n"
    "      7813735424 blocks super external:imsm\n"
    "\n"
    "md9 : active raid0 sdc1[0] sdd1[1]\n"
    "      523968 blocks 64k chunks\n"
    "\n"
    "md10 : active raid1 sde1[0] sdf1[1]\n"
    "      100 blocks [2/2] [UU]\n"
    "      \tresync=DELAYED\n"
    "\n"
    "unused devices: <none>\n";

TEST(ParseMdstat, KnowsStatesDisksAndProgress) {
  const auto devices = parse_mdstat(kMdstat);
  ASSERT_TRUE(devices) << devices.error().message;
  ASSERT_EQ(devices->size(), 5U);
  const auto expect = [&](std::size_t i,
                          MdDevice::State state,
                          std::array<std::uint64_t, 4> disks,
                          std::uint64_t blocks,
                          std::uint64_t synced) {
    const MdDevice& device = (*devices)[i];
    EXPECT_EQ(device.state, state) << device.name;
    EXPECT_EQ(
        (std::array{
            device.disks_required, device.disks_active, device.disks_failed, device.disks_spare}),
        disks)
        << device.name;
    EXPECT_EQ(device.blocks, blocks) << device.name;
    EXPECT_EQ(device.blocks_synced, synced) << device.name;
  };
  expect(0, MdDevice::kActive, {8, 8, 0, 1}, 5853468288, 5853468288);
  expect(1, MdDevice::kRecovering, {2, 1, 1, 0}, 1855870976, 16775552);
  expect(2, MdDevice::kInactive, {0, 0, 0, 1}, 7813735424, 7813735424);
  expect(3, MdDevice::kActive, {2, 2, 0, 0}, 523968, 523968);
  expect(4, MdDevice::kResync, {2, 2, 0, 0}, 100, 0);
}

TEST(ParseMdstat, ADeviceThatCannotBeUnderstoodIsAnError) {
  EXPECT_TRUE(parse_mdstat("")->empty());
  EXPECT_FALSE(parse_mdstat("md0 : active raid1 sda[0]\n"));
  EXPECT_FALSE(parse_mdstat("md0 : active raid1 sda[0]\n      100 blocks\n"));
  EXPECT_FALSE(parse_mdstat("md0 active raid1\n      100 blocks [1/1]\n"));
  EXPECT_FALSE(parse_mdstat("md0 : active raid1 a[0]\n  1 blocks [1/1]\n  check = 5% x\n"));
}

TEST(MdadmCollector, GivesEachStateAsASample) {
  test::TempTree tree;
  tree.file("proc/mdstat",
            "md1 : active raid1 a[0] b[1]\n   50 blocks [2/2] [UU]\n   [>] check = 1% (5/50)\n");
  MdadmCollector collector(host_of(tree));
  EXPECT_EQ(test::render_pass(collector),
            "node_md_state{device=\"md1\",state=\"active\"} 0\n"
            "node_md_state{device=\"md1\",state=\"inactive\"} 0\n"
            "node_md_state{device=\"md1\",state=\"recovering\"} 0\n"
            "node_md_state{device=\"md1\",state=\"resync\"} 0\n"
            "node_md_state{device=\"md1\",state=\"check\"} 1\n"
            "node_md_disks{device=\"md1\",state=\"active\"} 2\n"
            "node_md_disks{device=\"md1\",state=\"failed\"} 0\n"
            "node_md_disks{device=\"md1\",state=\"spare\"} 0\n"
            "node_md_disks_required{device=\"md1\"} 2\n"
            "node_md_blocks{device=\"md1\"} 50\n"
            "node_md_blocks_synced{device=\"md1\"} 5\n");
}

TEST(MdadmCollector, IsUnavailableWithoutTheFile) {
  test::TempTree tree;
  MdadmCollector collector(host_of(tree));
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace supercargo
