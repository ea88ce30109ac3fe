#include "collectors/node/schedstat.h"

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

TEST(SchedstatCollector, GivesSecondsOfEachCpu) {
  test::TempTree tree;
  tree.file("proc/schedstat",
            "version 15\ntimestamp 15819019232\n"
            "cpu0 498494191 0 3533438552 2553969831 3853684107 2465731542 2045936778163 343796328 "
            "4767485306\n"
            "domain0 00000000,00000003 212499247 210112015 1861015\n"
            "cpu1 1 0 0 0 0 0 1500000000 2\n"
            "cpux 1 2 3 4 5 6 7 8 9\n");
  SchedstatCollector collector(host_of(tree));
  EXPECT_EQ(test::render_pass(collector),
            "node_schedstat_running_seconds_total{cpu=\"0\"} 2045.936778163\n"
            "node_schedstat_waiting_seconds_total{cpu=\"0\"} 0.343796328\n"
            "node_schedstat_timeslices_total{cpu=\"0\"} 4767485306\n");
}

TEST(SchedstatCollector, IsUnavailableOnAKernelWithoutIt) {
  test::TempTree tree;
  SchedstatCollector collector(host_of(tree));
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace supercargo
