#include "collectors/node/btrfs_devices.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

TEST(UuidText, HasFiveGroups) {
  const std::array<std::uint8_t, 16> bytes{0x7f,
                                           0x07,
                                           0xc5,
                                           0x9f,
                                           0x61,
                                           0x36,
                                           0x44,
                                           0x9c,
                                           0xab,
                                           0x87,
                                           0xe1,
                                           0xcf,
                                           0x23,
                                           0x28,
                                           0x73,
                                           0x1b};
  EXPECT_EQ(uuid_text(bytes), "7f07c59f-6136-449c-ab87-e1cf2328731b");
}

TEST(AskBtrfs, AnotherFileSystemIsAnError) {
  test::TempTree tree;
  tree.file("mnt/x", "");
  HostPaths host;
  host.root = tree.root().string();
  EXPECT_FALSE(ask_btrfs(host, "/nowhere"));
  const auto asked = ask_btrfs(host, "/mnt");
  if (asked) {
    GTEST_SKIP() << "the temporary directory is on Btrfs";
  }
  EXPECT_NE(asked.error().message.find("BTRFS_IOC_FS_INFO /mnt"), std::string::npos);
}

}  // namespace
}  // namespace supercargo
