#include "collectors/node/dmi.h"

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

TEST(DmiCollector, LabelsWhatTheFirmwareTells) {
  test::TempTree tree;
  tree.file("sys/class/dmi/id/sys_vendor", "ACME \"x\"\n");
  tree.file("sys/class/dmi/id/bios_date", "04/01/2014\n");
  tree.file("sys/class/dmi/id/product_name",
            "a\xff"
            "b\n");
  tree.file("sys/class/dmi/id/modalias", "dmi:x\n");
  DmiCollector collector(host_of(tree));
  EXPECT_EQ(test::render_pass(collector),
            "node_dmi_info{bios_date=\"04/01/2014\",product_name=\"a\xEF\xBF\xBD"
            "b\","
            "system_vendor=\"ACME \\\"x\\\"\"} 1\n");
}

TEST(DmiCollector, IsUnavailableWithoutDmi) {
  test::TempTree tree;
  DmiCollector collector(host_of(tree));
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace supercargo
