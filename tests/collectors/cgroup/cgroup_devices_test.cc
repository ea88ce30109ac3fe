// What is told of disks and of huge pages.

#include <string>

#include <gtest/gtest.h>

#include "tests/collectors/cgroup/cgroup_pod.h"

namespace supercargo {
namespace {

using test::CgroupTree;
using test::container_path;
using test::kAppId;
using test::kAppLabels;
using test::Values;

class CgroupDevicesTest : public test::CgroupPodTest {};

INSTANTIATE_TEST_SUITE_P(Versions,
                         CgroupDevicesTest,
                         ::testing::Values(CgroupTree::Version::kV1, CgroupTree::Version::kV2),
                         test::version_name);

TEST_P(CgroupDevicesTest, DevicesThatAreGoneShareOneSeries) {
  add_pod();
  if (is_v2()) {
    machine_.file(container_path(kAppId),
                  "io.stat",
                  "259:1 rbytes=1 wbytes=0 rios=1 wios=0\n259:2 rbytes=2 wbytes=0 rios=1 wios=0\n");
  } else {
    machine_.file(container_path(kAppId),
                  "blkio.throttle.io_service_bytes_recursive",
                  "259:1 Read 1\n259:2 Read 2\n");
    machine_.file(container_path(kAppId), "blkio.throttle.io_serviced_recursive", "Total 0\n");
  }
  ASSERT_TRUE(collect());
  EXPECT_EQ(value("container_fs_reads_bytes_total", kAppLabels + ",device=\"\""), 3);
}

TEST_P(CgroupDevicesTest, WhereNoBytesWentToADeviceOperationsAreNotLookedFor) {
  if (is_v2()) {
    return;  // one file tells of both
  }
  add_pod();
  const auto count = [&] { return values("supercargo_cgroup_read_errors_total").begin()->second; };
  machine_.file(container_path(kAppId), "blkio.throttle.io_serviced_recursive", "8:0 Read many");
  ASSERT_TRUE(collect());
  EXPECT_EQ(count(), 1);
  machine_.file(container_path(kAppId), "blkio.throttle.io_service_bytes_recursive", "Total 0\n");
  ASSERT_TRUE(collect(120));
  EXPECT_EQ(count(), 1);
  EXPECT_TRUE(
      values("container_fs_reads_total").contains(test::kRootLabels + ",device=\"/dev/sda\""));
  machine_.file(
      container_path(kAppId), "blkio.throttle.io_service_bytes_recursive", "8:0 Read many");
  ASSERT_TRUE(collect(180));
  EXPECT_EQ(count(), 3);  // without the bytes, operations are
}

TEST_P(CgroupDevicesTest, BytesOfADeviceAreToldByOperation) {
  add_pod();
  ASSERT_TRUE(collect());
  const auto bytes = [&](const std::string& operation) {
    return kAppLabels + ",device=\"/dev/sda\",major=\"8\",minor=\"0\",operation=\"" + operation +
           "\"";
  };
  const std::string name = "container_blkio_device_usage_total";
  EXPECT_EQ(value(name, bytes("Read")), 4096);
  EXPECT_EQ(value(name, bytes("Write")), 8192);
  for (const char* operation : {"Sync", "Async", "Discard", "Total"}) {
    EXPECT_EQ(has(name, bytes(operation)), !is_v2()) << operation;
  }
  if (!is_v2()) {
    EXPECT_EQ(value(name, bytes("Total")), 12288);
    EXPECT_EQ(value(name, bytes("Async")), 0);
  }
}

TEST_P(CgroupDevicesTest, WhatIoCostChargesIsInSeconds) {
  add_pod();
  if (is_v2()) {
    machine_.file(container_path(kAppId),
                  "io.stat",
                  "8:0 rbytes=1 wbytes=0 rios=1 wios=0 dbytes=0 dios=0 cost.usage=1500000 "
                  "cost.wait=250000 cost.indebt=125000 cost.indelay=62500\n");
  }
  ASSERT_TRUE(collect());
  const Values expected{{"container_fs_io_cost_usage_seconds_total", 1.5},
                        {"container_fs_io_cost_wait_seconds_total", 0.25},
                        {"container_fs_io_cost_indebt_seconds_total", 0.125},
                        {"container_fs_io_cost_indelay_seconds_total", 0.0625}};
  for (const auto& [name, seconds] : expected) {
    const std::string sda = kAppLabels + ",device=\"/dev/sda\"";
    EXPECT_EQ(values(name), is_v2() ? (Values{{sda, seconds}}) : Values{}) << name;
  }
}

TEST_P(CgroupDevicesTest, HugePagesAreToldWhereTheMachineHasSome) {
  add_pod();
  const std::string file = is_v2() ? "hugetlb.2MB.current" : "hugetlb.2MB.usage_in_bytes";
  machine_.file(container_path(kAppId), file, "2097152\n");
  const std::string name = "container_hugetlb_usage_bytes";
  ASSERT_TRUE(collect(60));
  EXPECT_TRUE(values(name).empty());
  machine_.tree.file("sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "4\n");
  collector_.reset();
  ASSERT_TRUE(collect(60));
  EXPECT_EQ(values(name), (Values{{kAppLabels + ",pagesize=\"2MB\"", 2097152}}));
}

}  // namespace
}  // namespace supercargo
