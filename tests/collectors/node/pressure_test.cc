#include "collectors/node/pressure.h"

#include <gtest/gtest.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

TEST(PressureCollector, IsUnavailableWithoutPsi) {
  test::TempTree tree;
  PressureCollector collector(tree.path("pressure"));
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kUnavailable);
}

TEST(PressureCollector, OneOddFileCostsItsOwnSamplesOnly) {
  test::TempTree tree;
  tree.file("pressure/cpu", "some total=1000000\n");
  tree.file("pressure/io", "odd\n");
  tree.file("pressure/memory", "some total=2000000\nfull total=0\n");
  PressureCollector collector(tree.path("pressure"));
  EXPECT_EQ(test::render_pass(collector),
            "node_pressure_cpu_waiting_seconds_total 1\n"
            "node_pressure_memory_waiting_seconds_total 2\n"
            "node_pressure_memory_stalled_seconds_total 0\n"
            "error: pressure: no line \"some|full ... total=<number>\"\n");
}

}  // namespace
}  // namespace supercargo
