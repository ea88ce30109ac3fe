#include "collectors/cgroup/wanted_files.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/collectors/cgroup/cgroup_pod.h"

namespace supercargo {
namespace {

using test::CgroupTree;
using test::container_path;
using test::kAppId;
using test::kSecond;
using test::Values;

std::vector<bool> only(std::size_t family) {
  std::vector<bool> wanted(cgroup_family::kCount, false);
  wanted[family] = true;
  return wanted;
}

TEST(UnwantedFiles, AreNoneWhenAllFamiliesAreWantedAndAllWhenNoneIs) {
  const UnwantedFiles none = unwanted_files(std::vector<bool>(cgroup_family::kCount, true));
  EXPECT_EQ(std::ranges::count(none, true), 0);
  const UnwantedFiles all = unwanted_files(std::vector<bool>(cgroup_family::kCount, false));
  EXPECT_EQ(std::ranges::count(all, false), 0);
}

class WantedFilesTest : public test::CgroupPodTest {
 protected:
  // What a collector that never ran before gives of one family.
  Values fresh_values(std::size_t family, const std::vector<bool>& wanted, std::int64_t now_ns) {
    PodIndex index(machine_.paths(), "node1");
    CgroupCollector collector(machine_.paths(), index);
    SampleSet samples(collector.families());
    collector.expect_wanted(wanted);
    EXPECT_TRUE(collector.collect_at(samples, now_ns));
    return test::values_of(samples, cgroup_families()[family].name);
  }
};

INSTANTIATE_TEST_SUITE_P(Versions,
                         WantedFilesTest,
                         ::testing::Values(CgroupTree::Version::kV1, CgroupTree::Version::kV2),
                         test::version_name);

TEST_P(WantedFilesTest, EachFamilyByItselfHasTheValuesThatItHasAmongAll) {
  add_pod();
  const std::int64_t now_ns = unix_nanoseconds_now() + 60 * kSecond;
  const std::vector<bool> all(cgroup_family::kCount, true);
  std::size_t with_values = 0;
  for (std::size_t family = 0; family < cgroup_family::kCount; ++family) {
    const Values values = fresh_values(family, all, now_ns);
    with_values += values.empty() ? 0U : 1U;
    EXPECT_EQ(fresh_values(family, only(family), now_ns), values) << cgroup_families()[family].name;
  }
  EXPECT_GT(with_values, 40U);
}

TEST_P(WantedFilesTest, AFileOfWhichNothingIsWantedIsNotRead) {
  add_pod();
  machine_.file(container_path(kAppId), "pids.current", "many");
  ASSERT_TRUE(collect());
  EXPECT_EQ(values("supercargo_cgroup_read_errors_total").begin()->second, 1);
  collector().expect_wanted(only(cgroup_family::kCpuUser));
  ASSERT_TRUE(collect(120));
  EXPECT_EQ(values("supercargo_cgroup_read_errors_total").begin()->second, 1);
  EXPECT_EQ(values("container_cpu_user_seconds_total").size(), 6U);
  EXPECT_TRUE(values("container_threads").empty());
  EXPECT_TRUE(values("container_memory_rss").empty());
  EXPECT_TRUE(values("container_network_receive_bytes_total").empty());
}

TEST_P(WantedFilesTest, WithoutNetworksItIsNotMissedThatTheyCannotBeRead) {
  add_pod();
  machine_.tree.remove("proc/1");
  EXPECT_FALSE(collect());
  collector().expect_wanted(only(cgroup_family::kThreads));
  EXPECT_TRUE(collect());
}

}  // namespace
}  // namespace supercargo
