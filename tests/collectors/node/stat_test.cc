#include "collectors/node/stat.h"

#include <gtest/gtest.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

TEST(StatCollector, LeavesOutWhatTheKernelDoesNotSay) {
  test::TempTree tree;
  tree.file("stat", "btime 1795367550\nprocs_running 3\n");
  StatCollector collector(std::make_shared<ProcStatFile>(tree.path("stat")));
  EXPECT_EQ(test::render_pass(collector),
            "node_boot_time_seconds 1795367550\nnode_procs_running 3\n");
}

TEST(StatCollector, AMissingFileIsAnError) {
  StatCollector collector(std::make_shared<ProcStatFile>("/nowhere/stat"));
  EXPECT_EQ(test::render_pass(collector), "error: open /nowhere/stat: No such file or directory\n");
}

}  // namespace
}  // namespace supercargo
