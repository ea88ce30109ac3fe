#include "collectors/node/arp.h"

#include <gtest/gtest.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

constexpr std::string_view kHeader =
    "IP address       HW type     Flags       HW address            Mask     Device\n";

constexpr std::string_view kEntries =
    "10.0.0.1         0x1         0x2         02:fc:00:00:00:05     *        eth0\n"
    "10.0.0.2         0x1         0x0         00:00:00:00:00:00     *        eth0\n"
    "172.17.0.2       0x1         0x2         02:42:ac:11:00:02     *        docker0\n";

NodeOptions options_of(const test::TempTree& tree) {
  NodeOptions options;
  options.host.proc = tree.path("proc");
  return options;
}

TEST(ArpCollector, CountsTheEntriesOfEachDeviceOfTheHost) {
  test::TempTree tree;
  tree.file("proc/1/net/arp", std::string(kHeader).append(kEntries));
  ArpCollector collector(options_of(tree));
  EXPECT_EQ(test::render_pass(collector),
            "node_arp_entries{device=\"docker0\"} 1\nnode_arp_entries{device=\"eth0\"} 2\n");
}

TEST(ArpCollector, HasItsFilter) {
  test::TempTree tree;
  tree.file("proc/1/net/arp", std::string(kHeader).append(kEntries));
  NodeOptions options = options_of(tree);
  options.config.arp_device_exclude = "^docker";
  ArpCollector collector(options);
  EXPECT_EQ(test::render_pass(collector), "node_arp_entries{device=\"eth0\"} 2\n");
  options.config.arp_device_include = "(";
  EXPECT_TRUE(test::render_pass(*std::make_unique<ArpCollector>(options)).starts_with("error: "));
}

TEST(ParseArp, LeavesOutShortLinesAndWantsItsHeader) {
  EXPECT_TRUE(parse_arp(kHeader)->empty());
  EXPECT_TRUE(parse_arp(std::string(kHeader) + "10.0.0.1 0x1\n\n")->empty());
  EXPECT_FALSE(parse_arp(""));
  EXPECT_FALSE(parse_arp(kEntries));
}

}  // namespace
}  // namespace supercargo
