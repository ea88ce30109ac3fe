#include "collectors/node/tapestats.h"

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

void add_drive(test::TempTree& tree, const std::string& name) {
  const std::string stats = "sys/class/scsi_tape/" + name + "/stats/";
  tree.file(stats + "in_flight", "1\n");
  tree.file(stats + "io_ns", "9247011087720\n");
  tree.file(stats + "other_cnt", "1409\n");
  tree.file(stats + "read_byte_cnt", "979383912\n");
  tree.file(stats + "read_cnt", "3741\n");
  tree.file(stats + "read_ns", "33788355744\n");
  tree.file(stats + "resid_cnt", "19\n");
  tree.file(stats + "write_byte_cnt", "1496246784000\n");
  tree.file(stats + "write_cnt", "53772916\n");
  tree.file(stats + "write_ns", "5233597394395\n");
}

TEST(TapestatsCollector, GivesEachDriveOnce) {
  test::TempTree tree;
  add_drive(tree, "st0");
  add_drive(tree, "nst0");
  add_drive(tree, "st0a");
  TapestatsCollector collector({host_of(tree)});
  EXPECT_EQ(test::render_pass(collector),
            "node_tape_io_now{device=\"st0\"} 1\n"
            "node_tape_io_time_seconds_total{device=\"st0\"} 9247.01108772\n"
            "node_tape_io_others_total{device=\"st0\"} 1409\n"
            "node_tape_read_bytes_total{device=\"st0\"} 979383912\n"
            "node_tape_reads_completed_total{device=\"st0\"} 3741\n"
            "node_tape_read_time_seconds_total{device=\"st0\"} 33.788355744\n"
            "node_tape_residual_total{device=\"st0\"} 19\n"
            "node_tape_written_bytes_total{device=\"st0\"} 1496246784000\n"
            "node_tape_writes_completed_total{device=\"st0\"} 53772916\n"
            "node_tape_write_time_seconds_total{device=\"st0\"} 5233.597394395\n");
}

TEST(TapestatsCollector, IgnoresWhatThePatternNamesAndIsUnavailableWithoutTapes) {
  test::TempTree tree;
  NodeOptions options{host_of(tree)};
  options.config.tapestats_ignored_devices = "^st0$";
  TapestatsCollector collector(options);
  SampleSet set(collector.families());
  EXPECT_EQ(collector.collect(set).error().code, ErrorCode::kUnavailable);
  add_drive(tree, "st0");
  EXPECT_EQ(test::render_pass(collector), "");
}

}  // namespace
}  // namespace supercargo
