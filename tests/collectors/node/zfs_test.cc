#include "collectors/node/zfs.h"

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

TEST(ZfsCollector, GivesTheMachineItsPoolsAndTheirDatasets) {
  test::TempTree tree;
  const std::string zfs = "proc/spl/kstat/zfs/";
  tree.file(zfs + "arcstats", "6 1 0x01 91\nname type data\nhits 4 8772612\nmemory-x 4 3\n");
  tree.file(zfs + "tank/io", "12 3\nnread    nwritten\n1884160 3206144\n");
  tree.file(zfs + "tank/state", "DEGRADED\n");
  tree.file(zfs + "tank/objset-0x36",
            "9 1\nname type data\ndataset_name 7 tank/home\nwrites 4 4\n");
  ZfsCollector collector(host_of(tree));
  EXPECT_EQ(test::render_pass(collector),
            "node_zfs_zpool_state{state=\"online\",zpool=\"tank\"} 0\n"
            "node_zfs_zpool_state{state=\"degraded\",zpool=\"tank\"} 1\n"
            "node_zfs_zpool_state{state=\"faulted\",zpool=\"tank\"} 0\n"
            "node_zfs_zpool_state{state=\"offline\",zpool=\"tank\"} 0\n"
            "node_zfs_zpool_state{state=\"removed\",zpool=\"tank\"} 0\n"
            "node_zfs_zpool_state{state=\"unavail\",zpool=\"tank\"} 0\n"
            "node_zfs_arc_hits 8772612\n"
            "node_zfs_arc_memory_x 3\n"
            "node_zfs_zpool_nread{zpool=\"tank\"} 1884160\n"
            "node_zfs_zpool_nwritten{zpool=\"tank\"} 3206144\n"
            "node_zfs_zpool_dataset_writes{dataset=\"tank/home\",zpool=\"tank\"} 4\n");
  SampleSet set(collector.families());
  ASSERT_TRUE(collector.collect(set));
  EXPECT_EQ(set.late_families()[0].help, "kstat.zfs.misc.arcstats.hits");
  EXPECT_EQ(set.late_families()[0].kind, MetricKind::kUntyped);
}

TEST(ZfsCollector, IsUnavailableWithoutTheModule) {
  test::TempTree tree;
  ZfsCollector collector(host_of(tree));
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace supercargo
