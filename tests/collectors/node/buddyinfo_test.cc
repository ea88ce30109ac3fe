#include "collectors/node/buddyinfo.h"

#include <gtest/gtest.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

TEST(BuddyinfoCollector, GivesTheFreeBlocksOfEachZone) {
  test::TempTree tree;
  tree.file("buddyinfo", "Node 0, zone      DMA      0      3 \nNode 1, zone   Normal   1871 7\n");
  HostPaths host;
  host.proc = tree.root().string();
  BuddyinfoCollector collector(host);
  EXPECT_EQ(test::render_pass(collector),
            "node_buddyinfo_blocks{node=\"0\",size=\"0\",zone=\"DMA\"} 0\n"
            "node_buddyinfo_blocks{node=\"0\",size=\"1\",zone=\"DMA\"} 3\n"
            "node_buddyinfo_blocks{node=\"1\",size=\"0\",zone=\"Normal\"} 1871\n"
            "node_buddyinfo_blocks{node=\"1\",size=\"1\",zone=\"Normal\"} 7\n");
}

TEST(ParseBuddyinfo, LeavesOutOddLines) {
  std::vector<BuddyZone> zones;
  EXPECT_FALSE(parse_buddyinfo("", zones));
  EXPECT_FALSE(parse_buddyinfo("Node x, zone DMA 1\nNode 0, zone DMA\nNode 0 zone DMA 1\n", zones));
  std::string many = "Node 0, zone DMA";
  for (int i = 0; i < 33; ++i) {
    many += " 1";
  }
  const std::string text = many + "\nNode 0, zone DMA 1 x\nNode 2, zone Movable 5\n";
  ASSERT_TRUE(parse_buddyinfo(text, zones));
  ASSERT_EQ(zones.size(), 1U);
  EXPECT_EQ(zones[0].zone, "Movable");
  EXPECT_EQ(zones[0].blocks[0], 5U);
}

}  // namespace
}  // namespace supercargo
