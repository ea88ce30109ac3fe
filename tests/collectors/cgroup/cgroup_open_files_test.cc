// Files that are kept open, missing, odd, or none.

#include <filesystem>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/collectors/cgroup/cgroup_pod.h"

namespace supercargo {
namespace {

using test::CgroupTree;
using test::container_path;
using test::kAppId;
using test::kAppLabels;
using test::kPauseLabels;

class CgroupOpenFilesTest : public test::CgroupPodTest {};

INSTANTIATE_TEST_SUITE_P(Versions,
                         CgroupOpenFilesTest,
                         ::testing::Values(CgroupTree::Version::kV1, CgroupTree::Version::kV2),
                         test::version_name);

TEST_P(CgroupOpenFilesTest, AFifoAmongTheFilesDoesNotStopIt) {
  add_pod();
  machine_.remove_file(container_path(kAppId), "pids.current");
  const std::string beside = is_v2() ? "sys/fs/cgroup" : "sys/fs/cgroup/pids";
  const std::string fifo = machine_.tree.path(beside + container_path(kAppId) + "/pids.current");
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0) << fifo;
  ASSERT_TRUE(collect());
  EXPECT_FALSE(has("container_threads", kAppLabels));
  EXPECT_TRUE(has("container_processes", kAppLabels));
}

TEST_P(CgroupOpenFilesTest, AnOddFileCostsItsOwnSamplesOnly) {
  add_pod();
  machine_.file(container_path(kAppId), "memory.stat", "total_rss lots\nanon lots\n");
  machine_.file(container_path(kAppId), "pids.current", "\xff\n");
  ASSERT_TRUE(collect());
  EXPECT_FALSE(has("container_memory_rss", kAppLabels));
  EXPECT_FALSE(has("container_memory_working_set_bytes", kAppLabels));
  EXPECT_FALSE(has("container_threads", kAppLabels));
  EXPECT_TRUE(has("container_memory_usage_bytes", kAppLabels));
  EXPECT_TRUE(has("container_cpu_user_seconds_total", kAppLabels));
  EXPECT_TRUE(has("container_threads", kPauseLabels));
  EXPECT_EQ(value("supercargo_cgroup_read_errors_total", ""), 2);
}

TEST_P(CgroupOpenFilesTest, AMissingFileIsNoErrorAndIsFoundWhenItComes) {
  add_pod();
  const std::string name = is_v2() ? "memory.peak" : "memory.max_usage_in_bytes";
  machine_.remove_file(container_path(kAppId), name);
  ASSERT_TRUE(collect(60));
  EXPECT_FALSE(has("container_memory_max_usage_bytes", kAppLabels));
  EXPECT_EQ(value("supercargo_cgroup_read_errors_total", ""), 0);
  machine_.file(container_path(kAppId), name, "5\n");
  ASSERT_TRUE(collect(61));
  EXPECT_FALSE(has("container_memory_max_usage_bytes", kAppLabels));
  ASSERT_TRUE(collect(125));
  EXPECT_EQ(value("container_memory_max_usage_bytes", kAppLabels), 5);
}

TEST_P(CgroupOpenFilesTest, FilesOfLimitsDoNotStayOpen) {
  add_pod();
  const std::string name = is_v2() ? "memory.max" : "memory.limit_in_bytes";
  ASSERT_TRUE(collect());
  machine_.remove_file(container_path(kAppId), name);  // one that stayed open would not change
  machine_.file(container_path(kAppId), name, "4711\n");
  ASSERT_TRUE(collect(300));
  EXPECT_EQ(value("container_spec_memory_limit_bytes", kAppLabels), 4711);
}

TEST_P(CgroupOpenFilesTest, NewValuesAreSeenThroughFilesThatAreKeptOpen) {
  add_pod();
  for (const std::size_t bound : {std::size_t{0}, std::size_t{3}, std::size_t{10'000}}) {
    options_.max_open_files = bound;
    collector_.reset();
    machine_.file(container_path(kAppId), "pids.current", "9\n");
    ASSERT_TRUE(collect());
    EXPECT_EQ(value("container_threads", kAppLabels), 9);
    machine_.file(container_path(kAppId), "pids.current", "10\n");
    ASSERT_TRUE(collect());
    EXPECT_EQ(value("container_threads", kAppLabels), 10) << bound;
  }
}

TEST_P(CgroupOpenFilesTest, KeepsNoMoreFilesOpenThanItMay) {
  add_pod();
  const auto open_files = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  };
  options_.max_open_files = 20;
  collector();
  const auto before = open_files();
  for (int pass = 0; pass < 3; ++pass) {
    ASSERT_TRUE(collect());
  }
  EXPECT_EQ(open_files() - before, 20 + (is_v2() ? 1 : 5));
  machine_.remove("/kubepods.slice");
  ASSERT_TRUE(collect());
  machine_.cgroup("/other.slice");
  ASSERT_TRUE(collect());
  EXPECT_EQ(open_files() - before, 20 + (is_v2() ? 1 : 5));
}

}  // namespace
}  // namespace supercargo
