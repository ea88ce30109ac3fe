#include "collectors/node/vmstat.h"

#include <gtest/gtest.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

TEST(ParseVmstat, LeavesOutOddLines) {
  std::vector<VmstatField> fields;
  ASSERT_TRUE(parse_vmstat("a 1\nb\n\nc x\ne 2 3\n", fields));
  ASSERT_EQ(fields.size(), 2U);
  EXPECT_EQ(fields[1].key, "e");
  EXPECT_FALSE(parse_vmstat("x\n", fields));
}

TEST(VmstatCollector, ThePatternChoosesTheFields) {
  test::TempTree tree;
  tree.file("vmstat", "nr_dirty 7\npgfault 1\n");
  VmstatCollector collector(tree.path("vmstat"), "^nr_");
  EXPECT_EQ(test::render_pass(collector), "node_vmstat_nr_dirty 7\n");
  EXPECT_EQ(collector.families()[0].help, "/proc/vmstat information field nr_dirty.");
  EXPECT_EQ(collector.families()[0].kind, MetricKind::kUntyped);
}

TEST(VmstatCollector, ABadPatternCostsTheSamplesAndSaysSo) {
  test::TempTree tree;
  tree.file("vmstat", "pgfault 1\n");
  VmstatCollector collector(tree.path("vmstat"), "(");
  EXPECT_TRUE(test::render_pass(collector).starts_with("error: pattern \"(\""));
}

}  // namespace
}  // namespace supercargo
