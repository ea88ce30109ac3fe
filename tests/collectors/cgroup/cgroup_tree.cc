#include "tests/collectors/cgroup/cgroup_tree.h"

#include <array>
#include <filesystem>
#include <map>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

namespace supercargo::test {
namespace {

namespace fs = std::filesystem;

const std::map<std::string, std::string> kV2Files{
    {"cgroup.events", "populated 1\nfrozen 0\n"},
    {"cpu.stat",
     "usage_usec 12500000\nuser_usec 10000000\nsystem_usec 2500000\nnr_periods 40\n"
     "nr_throttled 4\nthrottled_usec 1500000\nnr_bursts 3\nburst_usec 250000\n"},
    {"cpu.max", "50000 100000\n"},
    {"cpu.weight", "20\n"},
    {"cpu.pressure",
     "some avg10=0.00 avg60=0.00 avg300=0.00 total=1000000\n"
     "full avg10=0.00 avg60=0.00 avg300=0.00 total=500000\n"},
    {"memory.current", "104857600\n"},
    {"memory.peak", "209715200\n"},
    {"memory.swap.current", "4096\n"},
    {"memory.max", "268435456\n"},
    {"memory.swap.max", "max\n"},
    {"memory.min", "0\n"},
    {"memory.events", "low 0\nhigh 6\nmax 5\noom 2\noom_kill 1\noom_group_kill 0\n"},
    {"memory.pressure",
     "some avg10=0.00 avg60=0.00 avg300=0.00 total=2000000\n"
     "full avg10=0.00 avg60=0.00 avg300=0.00 total=1500000\n"},
    {"memory.stat",
     "anon 62914560\nfile 41943040\nkernel 1048576\nkernel_stack 65536\npagetables 131072\n"
     "sec_pagetables 0\npercpu 0\nsock 0\nvmalloc 0\nshmem 0\nzswap 0\nzswapped 0\n"
     "file_mapped 8388608\nfile_dirty 12288\nfile_writeback 4096\nswapcached 0\nanon_thp 0\n"
     "file_thp 0\nshmem_thp 0\ninactive_anon 0\nactive_anon 62914560\ninactive_file 20971520\n"
     "active_file 20971520\nunevictable 0\nslab_reclaimable 393216\nslab_unreclaimable 262144\n"
     "slab 655360\nworkingset_refault_anon 21\nworkingset_refault_file 22\n"
     "workingset_activate_anon 0\nworkingset_activate_file 0\nworkingset_restore_anon 0\n"
     "workingset_restore_file 0\nworkingset_nodereclaim 0\npgscan 33\npgsteal 31\n"
     "pgscan_kswapd 0\npgscan_direct 0\npgsteal_kswapd 0\npgsteal_direct 0\npgfault 4000\n"
     "pgmajfault 7\npgrefill 0\npgactivate 0\npgdeactivate 0\npglazyfree 0\npglazyfreed 0\n"
     "zswpin 0\nzswpout 0\nthp_fault_alloc 0\nthp_collapse_alloc 0\n"},
    {"io.stat", "8:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0\n"},
    {"io.pressure",
     "some avg10=0.00 avg60=0.00 avg300=0.00 total=3000000\n"
     "full avg10=0.00 avg60=0.00 avg300=0.00 total=2500000\n"},
    {"pids.current", "9\n"},
    {"pids.max", "max\n"},
};

const std::map<std::string, std::string> kV1Files{
    {"cpuacct.usage", "12500000000\n"},
    {"cpuacct.stat", "user 1000\nsystem 250\n"},
    {"cpu.stat",
     "nr_periods 40\nnr_throttled 4\nthrottled_time 1500000000\nnr_bursts 3\n"
     "burst_time 250000000\n"},
    {"cpu.cfs_period_us", "100000\n"},
    {"cpu.cfs_quota_us", "50000\n"},
    {"cpu.shares", "512\n"},
    {"memory.usage_in_bytes", "104857600\n"},
    {"memory.max_usage_in_bytes", "209715200\n"},
    {"memory.failcnt", "3\n"},
    {"memory.kmem.usage_in_bytes", "1048576\n"},
    {"memory.limit_in_bytes", "268435456\n"},
    {"memory.memsw.limit_in_bytes", "9223372036854771712\n"},
    {"memory.soft_limit_in_bytes", "9223372036854771712\n"},
    {"memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n"},
    {"memory.stat",
     "cache 1\nrss 2\nmapped_file 3\nswap 4\npgfault 3000\npgmajfault 6\ninactive_file 5\n"
     "active_file 6\nhierarchical_memory_limit 268435456\ntotal_cache 41943040\n"
     "total_rss 62914560\ntotal_mapped_file 8388608\ntotal_dirty 12288\ntotal_writeback 4096\n"
     "total_workingset_refault_anon 21\ntotal_workingset_refault_file 22\ntotal_swap 4096\n"
     "total_pgfault 4000\n"
     "total_pgmajfault 7\ntotal_inactive_file 20971520\ntotal_active_file 20971520\n"},
    {"blkio.throttle.io_service_bytes_recursive",
     "8:0 Read 4096\n8:0 Write 8192\n8:0 Sync 12288\n8:0 Async 0\n8:0 Discard 0\n"
     "8:0 Total 12288\nTotal 12288\n"},
    {"blkio.throttle.io_serviced_recursive",
     "8:0 Read 1\n8:0 Write 2\n8:0 Sync 3\n8:0 Async 0\n8:0 Discard 0\n8:0 Total 3\nTotal 3\n"},
    {"pids.current", "9\n"},
    {"pids.max", "max\n"},
};

constexpr std::string_view kNetDevHead =
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop "
    "fifo colls carrier compressed\n"
    "    lo: 99 99 0 0 0 0 0 0 99 99 0 0 0 0 0 0\n"
    "  veth1: 98 98 0 0 0 0 0 0 98 98 0 0 0 0 0 0\n";

}  // namespace

CgroupTree::CgroupTree(Version version) : version_(version) {
  if (version == Version::kV2) {
    tree.file("sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory pids\n");
  } else {
    for (const char* mount : {"cpu,cpuacct", "memory", "blkio", "pids", "systemd"}) {
      tree.directory(std::string("sys/fs/cgroup/") + mount);
    }
    tree.link("sys/fs/cgroup/cpu", "cpu,cpuacct");
    tree.link("sys/fs/cgroup/cpuacct", "cpu,cpuacct");
  }
  tree.file("proc/meminfo",
            "MemTotal: 8000000 kB\nMemFree: 1 kB\nSwapTotal: 2000 kB\nSwapFree: 500 kB\n");
  tree.file("proc/stat", "cpu  1 2 3\nbtime 1000000000\n");
  tree.link("sys/dev/block/8:0", "../../devices/pci0000:00/block/sda");
  tree.directory("var/log/pods");
  tree.directory("var/log/containers");
  process(1, 5000);
}

HostPaths CgroupTree::paths() const {
  HostPaths paths;
  paths.root = tree.root().string();
  paths.proc = tree.path("proc");
  paths.sys = tree.path("sys");
  paths.cgroup = tree.path("sys/fs/cgroup");
  return paths;
}

std::string CgroupTree::directory(const std::string& path, std::string_view file) const {
  std::string base = "sys/fs/cgroup";
  if (version_ == Version::kV1) {
    const std::string_view controller = file.substr(0, file.find('.'));
    const bool pressure = file.ends_with(".pressure");
    const bool cpu = controller == "cpu" || controller == "cpuacct";
    base.append("/").append(pressure                 ? "unified"
                            : cpu                    ? "cpu,cpuacct"
                            : controller == "cgroup" ? "memory"
                                                     : controller);
  }
  return base + (path == "/" ? "" : path) + "/";
}

void CgroupTree::cgroup(const std::string& path, int process) {
  for (const auto& [name, text] : version_ == Version::kV2 ? kV2Files : kV1Files) {
    file(path, name, text);
  }
  file(path, "cgroup.procs", process == 0 ? "" : std::to_string(process) + "\n");
}

void CgroupTree::file(const std::string& path, const std::string& name, std::string_view text) {
  tree.file(directory(path, name) + name, text);
}

void CgroupTree::remove_file(const std::string& path, const std::string& name) {
  tree.remove(directory(path, name) + name);
}

void CgroupTree::remove(const std::string& path) {
  for (const char* file : {"cpu.", "memory.", "blkio.", "pids."}) {
    tree.remove(directory(path, file));
  }
}

void CgroupTree::log_link(const std::string& container,
                          const std::string& id,
                          const std::string& uid) {
  const std::string log = "/var/log/pods/shop_web_" + uid + "/" + container + "/0.log";
  tree.file(log.substr(1), "");
  tree.link("var/log/containers/web_shop_" + container + "-" + id + ".log", log);
}

void CgroupTree::pod_log_dir(const std::string& uid) {
  tree.directory("var/log/pods/shop_web_" + uid);
}

void CgroupTree::process(int id, std::uint64_t received_bytes) {
  tree.file("proc/" + std::to_string(id) + "/net/dev",
            std::string(kNetDevHead)
                .append("  eth0: ")
                .append(std::to_string(received_bytes))
                .append(" 10 1 2 0 0 0 0 700 8 3 4 0 0 0 0\n"));
}

void CgroupTree::process_in_network_of(int id, int other) {
  const std::string directory = "proc/" + std::to_string(id) + "/net";
  tree.directory(directory);
  fs::create_hard_link(tree.path("proc/" + std::to_string(other) + "/net/dev"),
                       tree.path(directory + "/dev"));
}

void CgroupTree::made_at(const std::string& path, std::int64_t seconds) {
  const std::array<timespec, 2> times{timespec{.tv_sec = seconds, .tv_nsec = 0},
                                      timespec{.tv_sec = seconds, .tv_nsec = 0}};
  ::utimensat(AT_FDCWD, tree.path(directory(path, "memory.")).c_str(), times.data(), 0);
}

}  // namespace supercargo::test
