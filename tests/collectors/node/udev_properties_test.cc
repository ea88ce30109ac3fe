#include "collectors/node/udev_properties.h"

#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

TEST(UdevProperties, TakesPropertiesOnly) {
  UdevProperties udev;
  udev.parse("S:disk/by-id/x=y\nE:ID_MODEL=QEMU=1\nE:EMPTY=\nE:NOTHING\nI:12\nE:ID_MODEL=last");
  EXPECT_EQ(udev.get("ID_MODEL"), "last");
  EXPECT_EQ(udev.get("EMPTY"), "");
  EXPECT_EQ(udev.get("S:disk/by-id/x"), "");
}

TEST(UdevProperties, ADeviceWithoutAFileHasNone) {
  test::TempTree tree;
  tree.file("mounted/run/udev/data/b253:0", "E:DM_NAME=vg-root\n");
  HostPaths host;
  host.run = tree.path("mounted/run");
  UdevProperties udev;
  udev.read_block_device(host, 253, 0);
  EXPECT_EQ(udev.get("DM_NAME"), "vg-root");
  udev.read_block_device(host, 253, 1);
  EXPECT_EQ(udev.get("DM_NAME"), "");
}

}  // namespace
}  // namespace supercargo
