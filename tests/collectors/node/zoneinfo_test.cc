#include "collectors/node/zoneinfo.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

constexpr std::string_view kText =
    "Node 0, zone      DMA\n"
    "  per-node stats\n"
    "      nr_inactive_anon 12716\n"
    "      nr_dirtied   198733432\n"
    "      workingset_nodes 272853\n"
    "  pages free     3840\n"
    "        boost    0\n"
    "        min      10\n"
    "        protection: (0, 3019)\n"
    "      nr_free_pages 3840\n"
    "      numa_hit     5\n"
    "  pagesets\n"
    "    cpu: 0\n"
    "              count: 0\n"
    "              high:  4\n"
    "  vm stats threshold: 6\n"
    "Node 0, zone   Device\n"
    "  pages free     0\n"
    "        min      0\n"
    "        high     x\n";

TEST(ZoneinfoCollector, GivesTheFieldsOfEachZone) {
  test::TempTree tree;
  tree.file("zoneinfo", kText);
  HostPaths host;
  host.proc = tree.root().string();
  ZoneinfoCollector collector(host);
  EXPECT_EQ(test::render_pass(collector),
            "node_zoneinfo_nr_free_pages{node=\"0\",zone=\"DMA\"} 3840\n"
            "node_zoneinfo_min_pages{node=\"0\",zone=\"DMA\"} 10\n"
            "node_zoneinfo_min_pages{node=\"0\",zone=\"Device\"} 0\n"
            "node_zoneinfo_nr_inactive_anon_pages{node=\"0\",zone=\"DMA\"} 12716\n"
            "node_zoneinfo_nr_dirtied_total{node=\"0\",zone=\"DMA\"} 198733432\n"
            "node_zoneinfo_numa_hit_total{node=\"0\",zone=\"DMA\"} 5\n"
            "node_zoneinfo_protection_0{node=\"0\",zone=\"DMA\"} 0\n"
            "node_zoneinfo_protection_1{node=\"0\",zone=\"DMA\"} 3019\n");
}

// The file's field of a family: nr_mapped of node_zoneinfo_nr_mapped_pages.
std::string key_of(std::string_view family) {
  std::string_view key = family.substr(std::string_view("node_zoneinfo_").size());
  for (const std::string_view same : {"nr_free_pages", "nr_anon_pages", "nr_file_pages"}) {
    if (key == same) {
      return std::string(key);
    }
  }
  for (const std::string_view end : {"_pages", "_total", "_stacks"}) {
    if (key.ends_with(end)) {
      key.remove_suffix(end.size());
      return std::string(key) + (end == "_stacks" ? "_stack" : "");
    }
  }
  return std::string(key);
}

TEST(ZoneinfoCollector, EachFieldHasTheFamilyOfItsName) {
  const ZoneinfoCollector collector{HostPaths()};
  std::size_t family = 0;
  for (const MetricDesc& desc : collector.families()) {
    ZoneInfo info;
    const bool protection = desc.name.find("_protection_") != std::string_view::npos;
    const std::string field =
        protection ? "protection: (1, 1, 1, 1, 1, 1, 1)" : key_of(desc.name) + " 1";
    const std::string text = "Node 0, zone DMA\n  " + field + "\n";
    ASSERT_TRUE(parse_zoneinfo(text, info));
    EXPECT_TRUE(std::ranges::count(info.values, family, &ZoneValue::family) == 1) << field;
    EXPECT_EQ(info.values.size(), protection ? 6U : 1U) << field;
    ++family;
  }
  EXPECT_EQ(family, 40U);
}

TEST(ParseZoneinfo, NeedsAZone) {
  ZoneInfo info;
  EXPECT_FALSE(parse_zoneinfo("", info));
  EXPECT_FALSE(parse_zoneinfo("min 5\nNode x, zone DMA\nNode 0, zone\n", info));
  EXPECT_TRUE(info.values.empty());
}

}  // namespace
}  // namespace supercargo
