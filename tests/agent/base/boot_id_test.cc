#include "agent/base/boot_id.h"

#include <gtest/gtest.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

TEST(BootId, IsTheLineBelowTheHostsProc) {
  test::TempTree tree;
  tree.file("proc/sys/kernel/random/boot_id", "3fb5a5d4-7a4c-4ec6-8e4c-f0f8e4ae6a1b\n");
  HostPaths host;
  host.proc = tree.path("proc");
  EXPECT_EQ(read_boot_id(host), "3fb5a5d4-7a4c-4ec6-8e4c-f0f8e4ae6a1b");
}

TEST(BootId, IsEmptyWhereTheFileCannotBeRead) {
  const test::TempTree tree;
  HostPaths host;
  host.proc = tree.path("proc");
  EXPECT_EQ(read_boot_id(host), "");
}

}  // namespace
}  // namespace supercargo
