#include "collectors/node/nvme.h"

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

TEST(NvmeCollector, LabelsEachController) {
  test::TempTree tree;
  tree.file("sys/class/nvme/nvme0/firmware_rev", "1B2QEXP7\n");
  tree.file("sys/class/nvme/nvme0/model", "SSD 970 PRO 512GB            \n");
  tree.file("sys/class/nvme/nvme0/serial", "S680HF8N190894I     \n");
  tree.file("sys/class/nvme/nvme0/state", "live\n");
  NvmeCollector collector(host_of(tree));
  EXPECT_EQ(test::render_pass(collector),
            "node_nvme_info{device=\"nvme0\",firmware_revision=\"1B2QEXP7\","
            "model=\"SSD 970 PRO 512GB\",serial=\"S680HF8N190894I\",state=\"live\"} 1\n");
}

TEST(NvmeCollector, IsUnavailableWithoutTheClass) {
  test::TempTree tree;
  NvmeCollector collector(host_of(tree));
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace supercargo
