#include "collectors/cgroup/machine_collector.h"

#include <string>

#include <gtest/gtest.h>

#include "collectors/cgroup/machine_info.h"
#include "tests/collectors/cgroup/sample_text.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

constexpr std::string_view kMeminfo =
    "MemTotal:       16384000 kB\nMemFree:         1000000 kB\nSwapTotal:       2097148 kB\n"
    "SwapFree:        2097000 kB\n";

TEST(Meminfo, IsInBytes) {
  const auto memory = parse_meminfo(kMeminfo);
  ASSERT_TRUE(memory);
  EXPECT_EQ(memory->total_bytes, 16384000ULL * 1024);
  EXPECT_EQ(memory->swap_total_bytes, 2097148ULL * 1024);
  EXPECT_EQ(memory->swap_free_bytes, 2097000ULL * 1024);
  EXPECT_FALSE(parse_meminfo("SwapTotal: 1 kB\n"));
  EXPECT_FALSE(parse_meminfo("MemTotal: x kB\n"));
  EXPECT_FALSE(parse_meminfo(""));
}

TEST(CpuList, HasRangesAndSingles) {
  EXPECT_EQ(*parse_cpu_list("0-3,8\n"), (std::vector<std::uint32_t>{0, 1, 2, 3, 8}));
  EXPECT_EQ(*parse_cpu_list("0\n"), (std::vector<std::uint32_t>{0}));
  for (const char* text : {"", "\n", "x", "3-1", "0-4294967295", "1,,2", "-1", "0-70000"}) {
    EXPECT_FALSE(parse_cpu_list(text)) << text;
  }
}

class MachineCollectorTest : public ::testing::Test {
 protected:
  MachineCollectorTest() {
    paths_.root = tree_.root().string();
    paths_.proc = tree_.path("proc");
    paths_.sys = tree_.path("sys");
    tree_.file("proc/meminfo", kMeminfo);
    tree_.file("proc/sys/kernel/random/boot_id", "b007\n");
    tree_.file("etc/machine-id", "3ac1\n");
    tree_.file("etc/os-release", "NAME=Debian\nPRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\n");
    tree_.file("proc/sys/kernel/osrelease", "6.1.0-13-amd64\n");
    tree_.file("sys/class/dmi/id/product_uuid", "d311\n");
    tree_.file("sys/devices/system/cpu/online", "0-3\n");
    for (int cpu = 0; cpu < 4; ++cpu) {
      const std::string topology =
          "sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/";
      tree_.file(topology + "core_id", std::to_string(cpu / 2) + "\n");
      tree_.file(topology + "physical_package_id", "0\n");
    }
  }

  test::TempTree tree_;
  HostPaths paths_;
};

TEST_F(MachineCollectorTest, TellsProcessorsAndMemoryWithTheMachinesIds) {
  MachineCollector collector(paths_);
  SampleSet set(collector.families());
  ASSERT_TRUE(collector.collect(set));
  const std::string ids = R"({boot_id="b007",machine_id="3ac1",system_uuid="d311"})";
  const std::vector<std::string> expected{"machine_cpu_cores" + ids + " 4",
                                          "machine_cpu_physical_cores" + ids + " 2",
                                          "machine_cpu_sockets" + ids + " 1",
                                          "machine_memory_bytes" + ids + " 16777216000",
                                          "machine_swap_bytes" + ids + " 2147479552",
                                          "machine_scrape_error{} 0",
                                          R"(cadvisor_version_info{cadvisorRevision="",)"
                                          R"(cadvisorVersion="",dockerVersion="",)"
                                          R"(kernelVersion="6.1.0-13-amd64",)"
                                          R"(osVersion="Debian GNU/Linux 12"} 1)"};
  EXPECT_EQ(test::sample_lines(set), expected);
}

// Virtual machines without DMI, and other architectures than x86.
TEST_F(MachineCollectorTest, HasAnotherSystemIdWhereThereIsNoDmi) {
  tree_.remove("sys/class/dmi");
  EXPECT_EQ(read_machine_ids(paths_).system_uuid, "3ac1");
  tree_.file("proc/device-tree/vm,uuid", std::string_view("7a11\0", 5));
  EXPECT_EQ(read_machine_ids(paths_).system_uuid, "7a11");
  tree_.file("proc/device-tree/system-id", std::string_view("IBM,0210\0", 9));
  EXPECT_EQ(read_machine_ids(paths_).system_uuid, "IBM,0210");
}

TEST_F(MachineCollectorTest, HasNoSystemIdWhereItMayNotReadIt) {
  tree_.remove("sys/class/dmi/id/product_uuid");
  tree_.directory("sys/class/dmi/id/product_uuid");  // what not even root can read
  EXPECT_EQ(read_machine_ids(paths_).system_uuid, "");
}

TEST_F(MachineCollectorTest, LeavesOutWhatTheMachineDoesNotTell) {
  tree_.remove("sys");
  MachineCollector collector(paths_);
  SampleSet set(collector.families());
  ASSERT_TRUE(collector.collect(set));
  EXPECT_TRUE(test::values_of(set, "machine_cpu_cores").empty());
  EXPECT_EQ(test::values_of(set, "machine_memory_bytes").size(), 1U);
  EXPECT_EQ(test::values_of(set, "machine_scrape_error").at(""), 1);
}

TEST_F(MachineCollectorTest, TellsBooksAndDrawersWhereThereAreSome) {
  for (int cpu = 0; cpu < 4; ++cpu) {
    const std::string topology = "sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/";
    tree_.file(topology + "book_id", std::to_string(cpu) + "\n");
    tree_.file(topology + "drawer_id", std::to_string(cpu / 2) + "\n");
  }
  MachineCollector collector(paths_);
  SampleSet set(collector.families());
  ASSERT_TRUE(collector.collect(set));
  EXPECT_EQ(test::values_of(set, "machine_cpu_books").begin()->second, 4);
  EXPECT_EQ(test::values_of(set, "machine_cpu_drawers").begin()->second, 2);
}

TEST_F(MachineCollectorTest, SumsMemoryModulesByType) {
  for (const char* module : {"mc0/dimm0", "mc0/dimm1", "mc1/dimm0"}) {
    const std::string directory = std::string("sys/devices/system/edac/mc/") + module;
    tree_.file(directory + "/dimm_mem_type", "Unbuffered-DDR4\n");
    tree_.file(directory + "/size", "16384\n");
  }
  tree_.file("sys/devices/system/edac/mc/mc1/dimm1/dimm_mem_type", "Registered-DDR4\n");
  tree_.file("sys/devices/system/edac/mc/mc1/dimm1/size", "lots\n");
  tree_.directory("sys/devices/system/edac/mc/power");
  MachineCollector collector(paths_);
  SampleSet set(collector.families());
  ASSERT_TRUE(collector.collect(set));
  const std::string labels =
      R"(boot_id="b007",machine_id="3ac1",system_uuid="d311",type="Unbuffered-DDR4")";
  using Values = std::map<std::string, double>;
  EXPECT_EQ(test::values_of(set, "machine_dimm_count"), (Values{{labels, 3}}));
  EXPECT_EQ(test::values_of(set, "machine_dimm_capacity_bytes"),
            (Values{{labels, 3.0 * 16 * (1ULL << 30)}}));
}

TEST(OsRelease, SaysThePrettyName) {
  EXPECT_EQ(pretty_name_of("ID=x\nPRETTY_NAME=\"Talos (v1.8)\"\n"), "Talos (v1.8)");
  EXPECT_EQ(pretty_name_of("PRETTY_NAME='Alpine Linux'"), "Alpine Linux");
  EXPECT_EQ(pretty_name_of("PRETTY_NAME=Plain\r\n"), "Plain");
  EXPECT_EQ(pretty_name_of("PRETTY_NAME=\"\n"), "\"");
  EXPECT_EQ(pretty_name_of("X_PRETTY_NAME=no\n"), "");
}

}  // namespace
}  // namespace supercargo
