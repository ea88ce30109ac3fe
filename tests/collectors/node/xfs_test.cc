#include "collectors/node/xfs.h"

#include <gmock/gmock.h>
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

using ::testing::HasSubstr;

TEST(XfsCollector, GivesTheNumbersOfEachFileSystem) {
  test::TempTree tree;
  tree.file("sys/fs/xfs/stats/stats", "rw 9 9\n");
  tree.file("sys/fs/xfs/sda1/stats/stats",
            "extent_alloc 1 2 3 4\nabt 5 6 7 8\nblk_map 9 10 11 12 13 14 15\nbmbt 16 17 18 19\n"
            "dir 20 21 22 23\nig 24 25 26 27 28 29 30\nrw 31 32\nvnodes 33 34 35 36 37 38 39 0\n"
            "xpc 1 2 3\nfuture 1\n");
  XfsCollector collector(host_of(tree));
  const std::string text = test::render_pass(collector);
  for (const char* line : {"extent_allocation_extents_allocated_total{device=\"sda1\"} 1\n",
                           "allocation_btree_records_deleted_total{device=\"sda1\"} 8\n",
                           "block_mapping_extent_list_compares_total{device=\"sda1\"} 15\n",
                           "block_map_btree_lookups_total{device=\"sda1\"} 16\n",
                           "directory_operation_getdents_total{device=\"sda1\"} 23\n",
                           "inode_operation_attribute_changes_total{device=\"sda1\"} 30\n",
                           "write_calls_total{device=\"sda1\"} 31\n",
                           "read_calls_total{device=\"sda1\"} 32\n",
                           "vnode_remove_total{device=\"sda1\"} 39\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text, ::testing::Not(HasSubstr("device=\"stats\"} 9")));
}

TEST(XfsCollector, AMachineWithoutItIsNoError) {
  test::TempTree tree;
  XfsCollector collector(host_of(tree));
  EXPECT_EQ(test::render_pass(collector), "");
}

TEST(ParseXfsStats, LeavesOutWhatIsNoNumber) {
  std::size_t calls = 0;
  parse_xfs_stats("rw x 32\nabt\n\next", [&](std::size_t, double value) {
    ++calls;
    EXPECT_EQ(value, 32);
  });
  EXPECT_EQ(calls, 1U);
}

}  // namespace
}  // namespace supercargo
