// A small host as the kernel shows it, in a temporary directory: two CPUs (one gone offline), a
// disk with udev properties, two network devices.
//
// One test owns one. Values are chosen so that every unit conversion shows.
#pragma once

#include "collectors/node/node_options.h"
#include "tests/support/temp_tree.h"

namespace supercargo::test {

class HostTree {
 public:
  HostTree() {
    write_times();
    write_memory();
    write_disk();
    write_network();
    write_sysfs_network();
    write_sysctls();
    tree.link("proc/self", "1");
    tree.link("proc/1/ns/uts", "uts:[4026531838]");
  }

  [[nodiscard]] NodeOptions options() const {
    NodeOptions out;
    out.host.root = tree.root().string();
    out.host.proc = tree.path("proc");
    out.host.sys = tree.path("sys");
    out.host.run = tree.path("run");
    return out;
  }

  TempTree tree;

 private:
  void write_times();
  void write_memory();
  void write_disk();
  void write_network();
  void write_sysfs_network();
  void write_sysctls();
};

}  // namespace supercargo::test
