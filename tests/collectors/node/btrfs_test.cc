#include "collectors/node/btrfs.h"

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

constexpr std::string_view kUuid = "0abb23a9-579b-43e6-ad30-227ef47fcb9d";

HostPaths one_filesystem(test::TempTree& tree) {
  const std::string at = "sys/fs/btrfs/" + std::string(kUuid) + "/";
  tree.file("sys/fs/btrfs/features/raid56", "0\n");
  tree.file(at + "metadata_uuid", std::string(kUuid) + "\n");
  tree.file(at + "label", "fixture\n");
  tree.file(at + "allocation/global_rsv_size", "16777216\n");
  tree.file(at + "allocation/data/bytes_reserved", "4096\n");
  tree.file(at + "allocation/data/raid5/used_bytes", "100\n");
  tree.file(at + "allocation/data/raid5/total_bytes", "200\n");
  for (const char* device : {"loop1", "loop2", "loop3"}) {
    tree.file(at + "devices/" + device + "/size", "20971520\n");
  }
  tree.file(
      "proc/1/mountinfo",
      "25 1 0:22 / / rw - btrfs /dev/loop1 rw\n26 1 0:22 /home /home rw - btrfs /dev/loop1 rw\n"
      "27 1 8:1 / /boot rw - ext4 /dev/sda1 rw\n");
  return host_of(tree);
}

TEST(BtrfsCollector, GivesSpaceAndTheDevicesOfSysfs) {
  test::TempTree tree;
  BtrfsCollector collector(one_filesystem(tree), [](const HostPaths&, const std::string&) {
    return Result<BtrfsFilesystem>(Error{ErrorCode::kIo, "not permitted"});
  });
  const std::string uuid = "uuid=\"" + std::string(kUuid) + "\"} ";
  const std::string layout = "{block_group_type=\"data\",mode=\"raid5\"," + uuid;
  EXPECT_EQ(test::render_pass(collector),
            "node_btrfs_info{label=\"fixture\"," + uuid + "1\n" +
                "node_btrfs_global_rsv_size_bytes{" + uuid + "16777216\n" +
                "node_btrfs_reserved_bytes{block_group_type=\"data\"," + uuid + "4096\n" +
                "node_btrfs_used_bytes" + layout + "100\n" + "node_btrfs_size_bytes" + layout +
                "200\n" + "node_btrfs_allocation_ratio" + layout + "1.5\n" +
                "node_btrfs_device_size_bytes{device=\"loop1\"," + uuid + "10737418240\n" +
                "node_btrfs_device_size_bytes{device=\"loop2\"," + uuid + "10737418240\n" +
                "node_btrfs_device_size_bytes{device=\"loop3\"," + uuid + "10737418240\n");
}

TEST(BtrfsCollector, PrefersWhatTheMountTellsAndAsksItOnce) {
  test::TempTree tree;
  std::vector<std::string> asked;
  BtrfsCollector collector(one_filesystem(tree), [&](const HostPaths&, const std::string& mount) {
    asked.push_back(mount);
    return Result<BtrfsFilesystem>(
        BtrfsFilesystem{std::string(kUuid), {{"loop1", "aa-bb", 1000, 400, {1, 2, 3, 4, 5}}}});
  });
  const std::string text = test::render_pass(collector);
  EXPECT_EQ(asked, std::vector<std::string>{"/"});
  const std::string labels =
      "{btrfs_dev_uuid=\"aa-bb\",device=\"loop1\",uuid=\"" + std::string(kUuid) + "\"} ";
  EXPECT_NE(text.find("node_btrfs_device_size_bytes" + labels + "1000\n"), text.npos) << text;
  EXPECT_NE(text.find("node_btrfs_device_unused_bytes" + labels + "600\n"), text.npos);
  EXPECT_NE(text.find("type=\"generation\",uuid=\"" + std::string(kUuid) + "\"} 5\n"), text.npos);
  EXPECT_EQ(text.find("loop2"), text.npos);
}

TEST(BtrfsCollector, AMachineWithoutItIsNoErrorAndAsksNobody) {
  test::TempTree tree;
  tree.file("sys/fs/btrfs/features/raid56", "0\n");
  BtrfsCollector collector(host_of(tree), [](const HostPaths&, const std::string&) {
    ADD_FAILURE();
    return Result<BtrfsFilesystem>(Error{ErrorCode::kIo, ""});
  });
  EXPECT_EQ(test::render_pass(collector), "");
}

TEST(BtrfsAllocationRatio, IsWhatAProfileCosts) {
  EXPECT_EQ(btrfs_allocation_ratio("single", 1), 1);
  EXPECT_EQ(btrfs_allocation_ratio("raid10", 4), 2);
  EXPECT_EQ(btrfs_allocation_ratio("raid6", 4), 2);
  EXPECT_EQ(btrfs_allocation_ratio("raid5", 1), 0);
  EXPECT_EQ(btrfs_allocation_ratio("future", 3), 0);
}

}  // namespace
}  // namespace supercargo
