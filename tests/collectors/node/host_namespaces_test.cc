#include "collectors/node/host_namespaces.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/temp_tree.h"

namespace supercargo {
namespace {

constexpr std::string_view kZeros = ": 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n";

class HostNamespaces : public ::testing::Test {
 protected:
  HostNamespaces() {
    host.proc = tree.path("proc");
    host.sys = tree.path("sys");
    tree.file("proc/1/net/dev", device_lines({"lo", "eth0", "veth1"}));
  }

  static std::string device_lines(std::initializer_list<std::string_view> names) {
    std::string out;
    for (const std::string_view name : names) {
      out.append(name).append(kZeros);
    }
    return out;
  }

  test::TempTree tree;
  HostPaths host;
};

TEST_F(HostNamespaces, TheNetworkIsTheHostsWhenTheFileIsTheSame) {
  EXPECT_FALSE(in_host_network(host));
  tree.link("proc/self", "1");
  EXPECT_TRUE(in_host_network(host));
  EXPECT_TRUE(sysfs_shows_host_network(host));
}

TEST_F(HostNamespaces, ANamespaceOfItsOwnIsNotTheHosts) {
  tree.file("proc/7/net/dev", device_lines({"lo", "eth0"}));
  tree.link("proc/self", "7");
  EXPECT_FALSE(in_host_network(host));
}

TEST_F(HostNamespaces, SysfsOfAnotherNamespaceIsKnownByItsDevices) {
  tree.file("proc/7/net/dev", device_lines({"lo", "eth0"}));
  tree.link("proc/self", "7");
  EXPECT_FALSE(sysfs_shows_host_network(host));  // there is none
  tree.link("sys/class/net/lo", "x");
  tree.link("sys/class/net/eth0", "x");
  EXPECT_FALSE(sysfs_shows_host_network(host));
  tree.link("sys/class/net/veth1", "x");
  EXPECT_TRUE(sysfs_shows_host_network(host));
}

TEST_F(HostNamespaces, TheNamesAreTheHostsWhenTheNamespaceIs) {
  EXPECT_FALSE(in_host_uts(host));
  tree.link("proc/self/ns/uts", "uts:[4026532000]");
  EXPECT_FALSE(in_host_uts(host));  // the first process may not be asked
  tree.link("proc/1/ns/uts", "uts:[4026532000]");
  EXPECT_TRUE(in_host_uts(host));
  tree.remove("proc/1/ns/uts");
  tree.link("proc/1/ns/uts", "uts:[4026531838]");
  EXPECT_FALSE(in_host_uts(host));
}

TEST_F(HostNamespaces, TheKernelsInitialNamesNeedNoPermission) {
  tree.link("proc/self/ns/uts", "uts:[4026531838]");
  EXPECT_TRUE(in_host_uts(host));
}

TEST_F(HostNamespaces, ProcessesOfAnotherProcAreTheHosts) {
  EXPECT_FALSE(shows_host_processes(host));
  tree.link("proc/self", "1");  // this test is not the first process
  EXPECT_FALSE(shows_host_processes(host)) << "hidepid";
  tree.file("proc/1/stat", "1 (systemd) S 0 1 1 0 -1 4194560 1 2 3\n");
  EXPECT_TRUE(shows_host_processes(host));
  EXPECT_FALSE(in_host_pid_namespace(host));
}

TEST_F(HostNamespaces, OwnProcessesAreTheHostsBesideKernelThreads) {
  tree.link("proc/self", std::to_string(::getpid()));
  tree.file("proc/1/stat", "1 (sh) S 0 1 1 0 -1 4194560 1 2 3\n");
  EXPECT_TRUE(in_host_pid_namespace(host));
  EXPECT_FALSE(shows_host_processes(host)) << "a pod's own";
  tree.file("proc/2/stat", "2 (kthreadd) S 1 1 1 0 -1 4194560 1 2 3\n");
  EXPECT_FALSE(shows_host_processes(host)) << "anybody may have that name";
  tree.file("proc/2/stat", "2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0\n");
  EXPECT_TRUE(shows_host_processes(host));
}

}  // namespace
}  // namespace supercargo
