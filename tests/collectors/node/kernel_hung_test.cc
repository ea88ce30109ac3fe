#include "collectors/node/kernel_hung.h"

#include <gtest/gtest.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

TEST(KernelHungCollector, GivesTheKernelsCountAndNothingWhereThereIsNone) {
  test::TempTree tree;
  HostPaths host;
  host.proc = tree.root().string();
  KernelHungCollector collector(host);
  SampleSet samples(collector.families());
  const Status missing = collector.collect(samples);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kUnavailable);
  tree.file("sys/kernel/hung_task_detect_count", "3\n");
  EXPECT_EQ(test::render_pass(collector), "node_kernel_hung_tasks_total 3\n");
}

}  // namespace
}  // namespace supercargo
