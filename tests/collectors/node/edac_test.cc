#include "collectors/node/edac.h"

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

TEST(EdacCollector, GivesControllersTheirRowsAndWhatHasNoRow) {
  test::TempTree tree;
  const std::string mc = "sys/devices/system/edac/mc/mc0/";
  tree.file(mc + "ce_count", "10\n");
  tree.file(mc + "ue_count", "5\n");
  tree.file(mc + "ce_noinfo_count", "2\n");
  tree.file(mc + "ue_noinfo_count", "1\n");
  tree.file(mc + "csrow3/ce_count", "8\n");
  tree.file(mc + "csrow3/ue_count", "4\n");
  tree.file("sys/devices/system/edac/mc/power/x", "");
  EdacCollector collector(host_of(tree));
  EXPECT_EQ(test::render_pass(collector),
            "node_edac_correctable_errors_total{controller=\"0\"} 10\n"
            "node_edac_uncorrectable_errors_total{controller=\"0\"} 5\n"
            "node_edac_csrow_correctable_errors_total{controller=\"0\",csrow=\"unknown\"} 2\n"
            "node_edac_csrow_correctable_errors_total{controller=\"0\",csrow=\"3\"} 8\n"
            "node_edac_csrow_uncorrectable_errors_total{controller=\"0\",csrow=\"unknown\"} 1\n"
            "node_edac_csrow_uncorrectable_errors_total{controller=\"0\",csrow=\"3\"} 4\n");
}

TEST(EdacCollector, AMachineWithoutItIsNoError) {
  test::TempTree tree;
  EdacCollector collector(host_of(tree));
  EXPECT_EQ(test::render_pass(collector), "");
}

}  // namespace
}  // namespace supercargo
