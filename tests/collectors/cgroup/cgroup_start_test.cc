// container_start_time_seconds: when the first of a cgroup's directories was made.

#include <array>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "collectors/cgroup/cgroup_collector.h"
#include "tests/collectors/cgroup/cgroup_tree.h"
#include "tests/collectors/cgroup/sample_text.h"

namespace supercargo {
namespace {

constexpr std::int64_t kMade = 1'500'000'000;

class CgroupStartTest : public ::testing::Test {
 protected:
  CgroupStartTest() {
    for (const char* path : {"/", "/system.slice"}) {
      machine_.cgroup(path);
    }
  }

  // Of a directory, or of a file of one.
  void made_at(const std::string& path, std::int64_t seconds) {
    const timespec time{.tv_sec = seconds, .tv_nsec = 900'000'000};
    const std::array<timespec, 2> times{time, time};
    ASSERT_EQ(::utimensat(AT_FDCWD, machine_.tree.path(path).c_str(), times.data(), 0), 0) << path;
  }

  double start_of_system_slice() {
    PodIndex index(machine_.paths(), "node1");
    CgroupCollector collector(machine_.paths(), index);
    SampleSet samples(collector.families());
    EXPECT_TRUE(collector.collect(samples));
    return test::values_of(samples, "container_start_time_seconds")
        .at(R"(container="",id="/system.slice",image="",name="",namespace="",pod="")");
  }

  test::CgroupTree machine_{test::CgroupTree::Version::kV1};
};

TEST_F(CgroupStartTest, IsThatOfTheTreeThatWasFirst) {
  made_at("sys/fs/cgroup/memory/system.slice", kMade + 1);
  made_at("sys/fs/cgroup/pids/system.slice", kMade);
  EXPECT_EQ(start_of_system_slice(), kMade);
  machine_.tree.directory("sys/fs/cgroup/cpuset/system.slice");  // what runc makes first
  made_at("sys/fs/cgroup/cpuset/system.slice", kMade - 1);
  EXPECT_EQ(start_of_system_slice(), kMade - 1);
}

TEST_F(CgroupStartTest, IsNotTheTimeAtWhichAChildWasMade) {
  const std::string file = "sys/fs/cgroup/cpu,cpuacct/system.slice/cgroup.clone_children";
  machine_.tree.file(file, "0\n");
  made_at(file, kMade);
  EXPECT_EQ(start_of_system_slice(), kMade);
}

TEST_F(CgroupStartTest, IsNotBeforeTheMachines) {
  made_at("sys/fs/cgroup/blkio/system.slice", 17);
  EXPECT_EQ(start_of_system_slice(), 1'000'000'000);
}

}  // namespace
}  // namespace supercargo
