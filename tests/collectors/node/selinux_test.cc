#include "collectors/node/selinux.h"

#include <gtest/gtest.h>

#include "tests/support/render_samples.h"
#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

HostPaths host_of(const test::TempTree& tree) {
  HostPaths host;
  host.root = tree.root().string();
  host.sys = tree.path("sys");
  return host;
}

TEST(SelinuxCollector, SaysThatItIsNotEnabled) {
  test::TempTree tree;
  SelinuxCollector collector(host_of(tree));
  EXPECT_EQ(test::render_pass(collector), "node_selinux_enabled 0\n");
}

TEST(SelinuxCollector, GivesBothModes) {
  test::TempTree tree;
  tree.file("sys/fs/selinux/enforce", "0");
  tree.file("etc/selinux/config", "# SELINUX=disabled\nSELINUX=enforcing\nSELINUXTYPE=mls\n");
  SelinuxCollector collector(host_of(tree));
  EXPECT_EQ(test::render_pass(collector),
            "node_selinux_config_mode 1\nnode_selinux_current_mode 0\nnode_selinux_enabled 1\n");
}

TEST(ParseSelinuxConfig, KnowsTheModes) {
  EXPECT_EQ(parse_selinux_config("SELINUX=enforcing"), 1);
  EXPECT_EQ(parse_selinux_config(" SELINUX = permissive \n"), 0);
  EXPECT_EQ(parse_selinux_config("SELINUX=disabled\n"), -1);
  EXPECT_EQ(parse_selinux_config("SELINUXTYPE=targeted\n"), -1);
  EXPECT_EQ(parse_selinux_config(""), -1);
}

}  // namespace
}  // namespace supercargo
