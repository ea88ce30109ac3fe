#include "collectors/node/slabinfo.h"

#include <gtest/gtest.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

constexpr std::string_view kHeader =
    "slabinfo - version: 2.1\n"
    "# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables\n";

TEST(SlabinfoCollector, GivesEachCacheOnce) {
  test::TempTree tree;
  tree.file(
      "slabinfo",
      std::string(kHeader) +
          "dentry     20     25    160   25    1 : tunables    0    0    0 : slabdata 1 1 0\n"
          "bio-136     1      2      3    4    5 : tunables    0    0    0 : slabdata 1 1 0\n"
          "dentry     20     25    160   25    1 : tunables    0    0    0 : slabdata 1 1 0\n");
  HostPaths host;
  host.proc = tree.root().string();
  SlabinfoCollector collector(host);
  EXPECT_EQ(test::render_pass(collector),
            "node_slabinfo_active_objects{slab=\"bio-136\"} 1\n"
            "node_slabinfo_active_objects{slab=\"dentry\"} 20\n"
            "node_slabinfo_objects{slab=\"bio-136\"} 2\n"
            "node_slabinfo_objects{slab=\"dentry\"} 25\n"
            "node_slabinfo_object_size_bytes{slab=\"bio-136\"} 3\n"
            "node_slabinfo_object_size_bytes{slab=\"dentry\"} 160\n"
            "node_slabinfo_objects_per_slab{slab=\"bio-136\"} 4\n"
            "node_slabinfo_objects_per_slab{slab=\"dentry\"} 25\n"
            "node_slabinfo_pages_per_slab{slab=\"bio-136\"} 5\n"
            "node_slabinfo_pages_per_slab{slab=\"dentry\"} 1\n");
}

TEST(SlabinfoCollector, WithoutTheFileThereIsNothing) {
  HostPaths host;
  host.proc = "/nowhere";
  SlabinfoCollector collector(host);
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kUnavailable);
}

TEST(ParseSlabinfo, LeavesOutOddLinesAndOtherVersions) {
  std::vector<SlabCache> caches;
  EXPECT_FALSE(parse_slabinfo("", caches));
  EXPECT_FALSE(parse_slabinfo("slabinfo - version: 3.0\na 1 2 3 4 5\n", caches));
  const std::string text = std::string(kHeader) + "a 1 2 3 4\nb b 1 2 3 4 5\nc 1 2 3 4 5";
  ASSERT_TRUE(parse_slabinfo(text, caches));
  ASSERT_EQ(caches.size(), 1U);
  EXPECT_EQ(caches[0].name, "c");
}

}  // namespace
}  // namespace supercargo
