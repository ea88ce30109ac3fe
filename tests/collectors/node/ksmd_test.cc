#include "collectors/node/ksmd.h"

#include <gtest/gtest.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

TEST(KsmdCollector, GivesTheFilesOfSamepageMerging) {
  test::TempTree tree;
  HostPaths host;
  host.sys = tree.root().string();
  KsmdCollector collector(host);
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kUnavailable);
  tree.file("kernel/mm/ksm/full_scans", "7\n");
  tree.file("kernel/mm/ksm/pages_volatile", "2\n");
  tree.file("kernel/mm/ksm/run", "1\n");
  tree.file("kernel/mm/ksm/sleep_millisecs", "20\n");
  EXPECT_EQ(test::render_pass(collector),
            "node_ksmd_full_scans_total 7\n"
            "node_ksmd_pages_volatile 2\n"
            "node_ksmd_run 1\n"
            "node_ksmd_sleep_seconds 0.02\n");
}

}  // namespace
}  // namespace supercargo
