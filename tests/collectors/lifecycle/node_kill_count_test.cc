#include "collectors/lifecycle/node_kill_count.h"

#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

TEST(NodeKillCount, IsALineOfVmstat) {
  EXPECT_EQ(parse_oom_kills("nr_free_pages 412903\noom_kill 3\nnuma_hit 5\n"), 3U);
  EXPECT_EQ(parse_oom_kills("nr_free_pages 412903\noom_kill 3"), 3U);
  EXPECT_EQ(parse_oom_kills("a 1\noom_kills 3\nx_oom_kill 4\n"), std::nullopt);
  EXPECT_EQ(parse_oom_kills("a 1\noom_kill three\n"), std::nullopt);
  EXPECT_EQ(parse_oom_kills(""), std::nullopt);
}

TEST(NodeKillCount, GivesWhatWasAddedSinceTheLastCall) {
  test::TempTree tree;
  NodeKillCount count(tree.path("proc"));
  EXPECT_EQ(count.take(), std::nullopt);
  tree.file("proc/vmstat", "a 1\noom_kill 7\n");
  EXPECT_EQ(count.take(), 0U);
  tree.file("proc/vmstat", "a 1\noom_kill 9\n");
  EXPECT_EQ(count.take(), 2U);
  EXPECT_EQ(count.take(), 0U);
}

}  // namespace
}  // namespace supercargo
