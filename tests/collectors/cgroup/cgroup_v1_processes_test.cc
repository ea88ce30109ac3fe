// container_processes on cgroup v1, where each tree has the processes of its own.

#include <string>

#include <gtest/gtest.h>

#include "agent/base/clock.h"
#include "collectors/cgroup/cgroup_collector.h"
#include "tests/collectors/cgroup/cgroup_tree.h"
#include "tests/collectors/cgroup/sample_text.h"

namespace supercargo {
namespace {

class CgroupV1ProcessesTest : public ::testing::Test {
 protected:
  CgroupV1ProcessesTest() {
    for (const char* path : {"/", "/system.slice", "/system.slice/cron.service"}) {
      machine_.cgroup(path, 7);  // into the tree of memory
      machine_.made_at(path, unix_nanoseconds_now() / 1'000'000'000 - 3600);
    }
  }

  void processes_in_cpu(const std::string& path, std::string_view text) {
    machine_.tree.file("sys/fs/cgroup/cpu,cpuacct" + path + "/cgroup.procs", text);
  }

  double processes_of(const std::string& id) {
    PodIndex index(machine_.paths(), "node1");
    CgroupCollector collector(machine_.paths(), index);
    SampleSet samples(collector.families());
    EXPECT_TRUE(collector.collect(samples));
    const std::string labels =
        R"(container="",id=")" + id + R"(",image="",name="",namespace="",pod="")";
    return test::values_of(samples, "container_processes").at(labels);
  }

  test::CgroupTree machine_{test::CgroupTree::Version::kV1};
};

TEST_F(CgroupV1ProcessesTest, AreThoseOfTheCpusTreeAsCadvisorCounts) {
  processes_in_cpu("", "1\n2\n3\n");
  EXPECT_EQ(processes_of("/"), 3);
}

TEST_F(CgroupV1ProcessesTest, AreThoseOfTheMemorysTreeWhereTheCpusHasNoSuchCgroup) {
  processes_in_cpu("", "1\n2\n3\n");
  machine_.tree.remove("sys/fs/cgroup/cpu,cpuacct/system.slice/cron.service");
  EXPECT_EQ(processes_of("/system.slice/cron.service"), 1);
}

TEST_F(CgroupV1ProcessesTest, AreNoneWhereOnlyTheMemorysTreeHasSome) {
  processes_in_cpu("/system.slice", "");
  EXPECT_EQ(processes_of("/system.slice"), 0);
}

}  // namespace
}  // namespace supercargo
