#include "collectors/node/bcache.h"

#include <gmock/gmock.h>
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

using ::testing::HasSubstr;

TEST(BcacheCollector, GivesSetsBackingDevicesAndCaches) {
  test::TempTree tree;
  const std::string set = "sys/fs/bcache/deaddd54-c735-46d5-868e-f331c5fd7c74/";
  tree.file("sys/fs/bcache/register", "");
  tree.file(set + "btree_cache_size", "2.0k\n");
  tree.file(set + "internal/btree_read_average_duration_us", "1305\n");
  tree.file(set + "bdev0/dirty_data", "0\n");
  tree.file(set + "bdev0/stats_total/bypassed", "1.0M\n");
  tree.file(set + "bdev0/stats_total/cache_hits", "546\n");
  tree.file(set + "bdev0/writeback_rate_debug",
            "rate:\t\t1.0M/sec\ndirty:\t\t20.4G\ntarget:\t\t20.0k\nproportional:\t-2.0k\n"
            "integral:\t3.0k\nchange:\t\t0.0k/sec\nnext io:\t2490ms\n");
  tree.file(set + "cache0/written", "3.0k\n");
  BcacheCollector collector(host_of(tree));
  const std::string uuid = "uuid=\"deaddd54-c735-46d5-868e-f331c5fd7c74\"} ";
  const std::string backing = "{backing_device=\"bdev0\"," + uuid;
  EXPECT_EQ(
      test::render_pass(collector),
      "node_bcache_btree_cache_size_bytes{" + uuid + "2048\n" +
          "node_bcache_btree_read_average_duration_seconds{" + uuid + "0.000001305\n" +
          "node_bcache_dirty_data_bytes" + backing + "0\n" + "node_bcache_bypassed_bytes_total" +
          backing + "1048576\n" + "node_bcache_cache_hits_total" + backing + "546\n" +
          "node_bcache_dirty_target_bytes" + backing + "20480\n" + "node_bcache_writeback_rate" +
          backing + "1048576\n" + "node_bcache_writeback_rate_proportional_term" + backing +
          "-2048\n" + "node_bcache_writeback_rate_integral_term" + backing + "3072\n" +
          "node_bcache_writeback_change" + backing + "0\n" +
          "node_bcache_written_bytes_total{cache_device=\"cache0\"," + uuid + "3072\n");
}

TEST(BcacheCollector, AMachineWithoutItIsNoError) {
  test::TempTree tree;
  BcacheCollector collector(host_of(tree));
  EXPECT_EQ(test::render_pass(collector), "");
}

TEST(ParseBcacheNumber, KnowsUnitsAndTheKernelsFractions) {
  EXPECT_EQ(parse_bcache_number("98"), 98);
  EXPECT_EQ(parse_bcache_number("1k"), 1024);
  EXPECT_EQ(parse_bcache_number("3.512k"), 54272);
  EXPECT_EQ(parse_bcache_number("-2.0M/sec"), -2097152);
  EXPECT_EQ(parse_bcache_number(""), std::nullopt);
  EXPECT_EQ(parse_bcache_number("-"), std::nullopt);
  EXPECT_EQ(parse_bcache_number("k"), std::nullopt);
  EXPECT_EQ(parse_bcache_number("1.x"), std::nullopt);
  EXPECT_EQ(parse_bcache_number("1.5"), std::nullopt);
  EXPECT_EQ(parse_bcache_number("1.k"), std::nullopt);
}

TEST(BcacheDebugValue, FindsTheLine) {
  EXPECT_EQ(bcache_debug_value("rate: 1k/sec\ntarget: 2k\n", "target"), 2048);
  EXPECT_EQ(bcache_debug_value("rate: 1k/sec\n", "target"), std::nullopt);
  EXPECT_EQ(bcache_debug_value("target", "target"), std::nullopt);
}

}  // namespace
}  // namespace supercargo
