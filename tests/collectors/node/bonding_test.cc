#include "collectors/node/bonding.h"

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

TEST(BondingCollector, CountsSlavesAndThoseThatAreUp) {
  test::TempTree tree;
  tree.file("proc/1/net/dev", "");
  tree.link("proc/self", "1");
  tree.file("sys/class/net/bonding_masters", "bond0 dmz\n");
  tree.file("sys/class/net/bond0/bonding/slaves", "eth0 eth1\n");
  tree.file("sys/class/net/bond0/lower_eth0/bonding_slave/mii_status", "up\n");
  tree.file("sys/class/net/bond0/lower_eth1/bonding_slave/mii_status", "down\n");
  tree.file("sys/class/net/dmz/bonding/slaves", "\n");
  BondingCollector collector(host_of(tree));
  EXPECT_EQ(test::render_pass(collector),
            "node_bonding_slaves{master=\"bond0\"} 2\n"
            "node_bonding_slaves{master=\"dmz\"} 0\n"
            "node_bonding_active{master=\"bond0\"} 1\n"
            "node_bonding_active{master=\"dmz\"} 0\n");
}

TEST(BondingCollector, FindsTheLinksOfKernelsThatCallThemSlaves) {
  test::TempTree tree;
  tree.file("proc/1/net/dev", "");
  tree.link("proc/self", "1");
  tree.file("sys/class/net/bonding_masters", "bond0\n");
  tree.file("sys/class/net/bond0/bonding/slaves", "eth0 eth1\n");
  tree.file("sys/class/net/bond0/slave_eth0/bonding_slave/mii_status", "up\n");
  tree.file("sys/class/net/bond0/slave_eth1/bonding_slave/mii_status", "down\n");
  BondingCollector collector(host_of(tree));
  EXPECT_EQ(test::render_pass(collector),
            "node_bonding_slaves{master=\"bond0\"} 2\n"
            "node_bonding_active{master=\"bond0\"} 1\n");
}

TEST(BondingCollector, IsUnavailableWithoutBondingAndInAPod) {
  test::TempTree tree;
  tree.file("proc/1/net/dev", "");
  tree.file("proc/self/net/dev", "");
  BondingCollector without(host_of(tree));
  SampleSet set(without.families());
  EXPECT_EQ(without.collect(set).error().code, ErrorCode::kUnavailable);
  tree.file("sys/class/net/bonding_masters", "bond0\n");
  BondingCollector in_pod(host_of(tree));
  EXPECT_EQ(in_pod.collect(set).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace supercargo
