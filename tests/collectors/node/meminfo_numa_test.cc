#include "collectors/node/meminfo_numa.h"

#include <gtest/gtest.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

TEST(MeminfoNumaCollector, GivesTheMemoryOfEachNode) {
  test::TempTree tree;
  const std::string directory = "devices/system/node/";
  tree.file(directory + "node0/meminfo",
            "Node 0 MemTotal:       4 kB\nNode 0 Active(anon):       1 kB\n"
            "Node 0 HugePages_Total:     3\nNode 0 FutureField:  2 kB\n");
  tree.file(directory + "node0/numastat", "numa_hit 3229883997\nlocal_node x\nfuture_hit 1\n");
  tree.file(directory + "node1/meminfo", "Node 1 MemTotal:       8 kB\n");
  tree.file(directory + "online", "0-1\n");
  HostPaths host;
  host.sys = tree.root().string();
  MeminfoNumaCollector collector(host);
  EXPECT_EQ(test::render_pass(collector),
            "node_memory_numa_MemTotal{node=\"0\"} 4096\n"
            "node_memory_numa_MemTotal{node=\"1\"} 8192\n"
            "node_memory_numa_Active_anon{node=\"0\"} 1024\n"
            "node_memory_numa_HugePages_Total{node=\"0\"} 3\n"
            "node_memory_numa_numa_hit_total{node=\"0\"} 3229883997\n"
            "node_memory_numa_FutureField{node=\"0\"} 2048\n");
}

TEST(MeminfoNumaCollector, AKernelWithoutNodesHasNone) {
  HostPaths host;
  host.sys = "/nowhere";
  MeminfoNumaCollector collector(host);
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kUnavailable);
}

TEST(ParseNumaMeminfo, LeavesOutOddLines) {
  std::vector<MemoryField> fields;
  parse_numa_meminfo("MemTotal: 1 kB\nNode x MemTotal: 1 kB\nNode 0 A 1\nNode 0 B: 5\n", fields);
  ASSERT_EQ(fields.size(), 1U);
  EXPECT_EQ(fields[0].key, "B");
}

}  // namespace
}  // namespace supercargo
