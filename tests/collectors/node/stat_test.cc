#include "collectors/node/stat.h"

#include <gtest/gtest.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

TEST(StatCollector, LeavesOutWhatTheKernelDoesNotSay) {
  test::TempTree tree;
  tree.file("stat", "btime 1795367550\nprocs_running 3\n");
  StatCollector collector(std::make_shared<ProcStatFile>(tree.path("stat")), false);
  EXPECT_EQ(test::render_pass(collector),
            "node_boot_time_seconds 1795367550\nnode_procs_running 3\n");
}

TEST(StatCollector, TellsOfSoftirqsWhenItIsToldTo) {
  test::TempTree tree;
  tree.file("stat", "btime 1795367550\nsoftirq 66 0 1 2 3 4 5 6 7 8\n");
  StatCollector off(std::make_shared<ProcStatFile>(tree.path("stat")), false);
  EXPECT_EQ(test::render_pass(off), "node_boot_time_seconds 1795367550\n");
  StatCollector on(std::make_shared<ProcStatFile>(tree.path("stat")), true);
  EXPECT_EQ(test::render_pass(on),
            "node_boot_time_seconds 1795367550\n"
            "node_softirqs_total{vector=\"hi\"} 0\n"
            "node_softirqs_total{vector=\"timer\"} 1\n"
            "node_softirqs_total{vector=\"net_tx\"} 2\n"
            "node_softirqs_total{vector=\"net_rx\"} 3\n"
            "node_softirqs_total{vector=\"block\"} 4\n"
            "node_softirqs_total{vector=\"block_iopoll\"} 5\n"
            "node_softirqs_total{vector=\"tasklet\"} 6\n"
            "node_softirqs_total{vector=\"sched\"} 7\n"
            "node_softirqs_total{vector=\"hrtimer\"} 8\n")
      << "the kernel has no other vector";
}

TEST(StatCollector, AMissingFileIsAnError) {
  StatCollector collector(std::make_shared<ProcStatFile>("/nowhere/stat"), false);
  EXPECT_EQ(test::render_pass(collector), "error: open /nowhere/stat: No such file or directory\n");
}

}  // namespace
}  // namespace supercargo
