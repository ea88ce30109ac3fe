"""Nodes as text: cgroups with the files that the kernel has in them, /proc, /sys and /var/log in a directory.

A line of nodes/*.txt (the name ends with the cgroup version) is a cgroup and what its labels must be:

    path | container | image | name | namespace/pod

`-` is an empty label. A line whose second column is `(none)` is a cgroup that must have no series. {web} and
so on are pods' uids, {web_} with underscores, {app} and so on containers' ids; the pod's first container is
its sandbox.
"""

import os
import shutil
import tempfile

NODES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "nodes")

PODS = {
    "web": ("shop", "web-0", "0a27611d-ea54-405f-9b1c-0123456789ab"),
    "job": ("batch", "job-7x2vk", "11111111-2222-4333-8444-555555555555"),
    "agent": ("kube-system", "agent-n1", "99999999-8888-4777-a666-555555555555"),  # on the host's network
    "etcd": ("kube-system", "etcd-n1", "1864dd05b5c2f1c2d3e4f5a6b7c8d9e0"),  # static: a hash
}
CONTAINERS = "web_pause app side job_pause run agent_pause agent_main etcd_pause etcd_main outer"
IDS = {name: f"{number:02x}" * 32 for number, name in enumerate(CONTAINERS.split(), 0xA0)}

BOOT_TIME = 1_700_000_000
STARTED = BOOT_TIME + 1000
MEBIBYTE = 1 << 20
MEMINFO = "MemTotal: 8000000 kB\nMemFree: 1 kB\nSwapTotal: 2000 kB\nSwapFree: 500 kB\n"
MOUNTS = {"cpu": "cpu,cpuacct", "cpuacct": "cpu,cpuacct", "cgroup": "memory"}
NOT_AT_THE_ROOT = ("memory.current", "memory.max", "memory.peak", "cpu.max", "memory.events", "pids.current")

V2 = """
cgroup.events populated 1
cpu.max 50000 100000
cpu.weight 20
memory.peak 209715200
memory.swap.current 4096
memory.max 268435456
memory.swap.max max
memory.min 0
pids.current 9
pids.max max
io.stat 8:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0
cpu.stat usage_usec 12500000; user_usec 10000000; system_usec 2500000; nr_periods 40; nr_throttled 4; \
throttled_usec 1500000; nr_bursts 3; burst_usec 250000
memory.events low 0; high 6; max 5; oom 2; oom_kill 1; oom_group_kill 0
memory.stat anon 524288; file 262144; kernel 65536; file_mapped 8192; file_dirty 12288; file_writeback 4096; \
inactive_file 131072; active_file 131072; workingset_refault_anon 21; workingset_refault_file 22; pgscan 33; \
pgsteal 31; pgfault 4000; pgmajfault 7
cpu.pressure some avg10=0.00 avg60=0.00 avg300=0.00 total=1000000; \
full avg10=0.00 avg60=0.00 avg300=0.00 total=500000
memory.pressure some avg10=0.00 avg60=0.00 avg300=0.00 total=2000000; \
full avg10=0.00 avg60=0.00 avg300=0.00 total=1500000
io.pressure some avg10=0.00 avg60=0.00 avg300=0.00 total=3000000; \
full avg10=0.00 avg60=0.00 avg300=0.00 total=2500000
"""
V1 = """
cpuacct.usage 12500000000
cpuacct.stat user 1000; system 250
cpu.stat nr_periods 40; nr_throttled 4; throttled_time 1500000000; nr_bursts 3; burst_time 250000000
cpu.cfs_period_us 100000
cpu.cfs_quota_us 50000
cpu.shares 512
memory.max_usage_in_bytes 209715200
memory.failcnt 3
memory.kmem.usage_in_bytes 65536
memory.limit_in_bytes 268435456
memory.memsw.limit_in_bytes 9223372036854771712
memory.soft_limit_in_bytes 9223372036854771712
memory.oom_control oom_kill_disable 0; under_oom 0; oom_kill 1
memory.stat pgfault 3000; pgmajfault 6; total_cache 262144; total_rss 524288; total_mapped_file 8192; \
total_dirty 12288; total_writeback 4096; total_workingset_refault_anon 21; total_workingset_refault_file 22; \
total_swap 4096; total_pgfault 4000; total_pgmajfault 7; total_inactive_file 131072; total_active_file 131072
cgroup.clone_children 0
blkio.throttle.io_service_bytes_recursive 8:0 Read 4096; 8:0 Write 8192; 8:0 Sync 12288; 8:0 Async 0; \
8:0 Discard 0; 8:0 Total 12288; Total 12288
blkio.throttle.io_serviced_recursive 8:0 Read 1; 8:0 Write 2; 8:0 Total 3; Total 3
pids.current 9
pids.max max
"""
NET_DEV_HEAD = """Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 99 99 0 0 0 0 0 0 99 99 0 0 0 0 0 0
  vethab: 98 98 0 0 0 0 0 0 98 98 0 0 0 0 0 0
"""


class Row:
    """A line of a node's text."""

    def __init__(self, line, number):
        names = {**{key: uid for key, (_, _, uid) in PODS.items()}, **IDS}
        names.update({f"{key}_": uid.replace("-", "_") for key, (_, _, uid) in PODS.items()})
        columns = [column.strip().format(**names) for column in line.split("|")]
        self.path = columns[0]
        self.has_series = columns[1] != "(none)"
        columns = ["" if column == "-" else column for column in columns[1:]] + [""] * 4
        self.container, self.image, self.name, pod = columns[:4]
        self.namespace, _, self.pod = pod.partition("/")
        self.key = next((key for key, text in IDS.items() if text in self.path.rpartition("/")[2]), None)
        self.memory = (number + 2) * MEBIBYTE

    @property
    def labels(self):
        return (self.path, self.container, self.image, self.name, self.namespace, self.pod)

    def is_app(self):
        return self.has_series and self.pod != "" and self.container not in ("", "POD")


def node_names():
    return sorted(name[: -len(".txt")] for name in os.listdir(NODES) if name.endswith(".txt"))


class NodeTree:
    """A node's directory; removed by remove()."""

    def __init__(self, name):
        self.version = 2 if name.endswith("_v2") else 1
        with open(os.path.join(NODES, f"{name}.txt"), encoding="utf-8") as file:
            text = file.read()
        self.root = tempfile.mkdtemp(prefix="supercargo-e2e-node-")
        self.rows = [Row(line, number) for number, line in enumerate(text.strip().splitlines())]
        self._processes = 100
        self._machine()
        for row in self.rows:
            self._cgroup(row)
        for row in self.rows:  # children have changed their parents' times
            self._made_at(row)

    def remove(self):
        shutil.rmtree(self.root, ignore_errors=True)

    def config(self):
        logs = {"sources": [{"type": "kubernetes", "path": "/var/log/pods"}]}
        return {"host_root": self.root, "node_name": "n1", "logs": logs}

    def file(self, path, text):
        path = os.path.join(self.root, path.lstrip("/"))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)

    def _machine(self):
        self.file("proc/meminfo", MEMINFO)
        self.file("proc/stat", f"cpu  1 2 3\nbtime {BOOT_TIME}\n")
        self.file("proc/sys/kernel/random/boot_id", "b007\n")
        self.file("proc/sys/kernel/osrelease", "6.1.0-13-amd64\n")
        self.file("etc/machine-id", "3ac1\n")
        self.file("etc/os-release", 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n')
        self.file("sys/devices/system/cpu/online", "0-1\n")
        self.file("sys/devices/virtual/block/sda/uevent", "")
        os.makedirs(os.path.join(self.root, "sys/dev/block"))
        os.symlink("../../devices/virtual/block/sda", os.path.join(self.root, "sys/dev/block/8:0"))
        for name in ("pods", "containers"):
            os.makedirs(os.path.join(self.root, "var/log", name))
        self._network(1, 1_000_000)
        self.file("proc/1/limits", "Max open files            1048576              1048576     files\n")
        if self.version == 2:
            self.file("sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory hugetlb pids\n")

    def _network(self, process, received):
        text = f"{NET_DEV_HEAD}  eth0: {received} 10 1 2 0 0 0 0 700 8 3 4 0 0 0 0\n"
        self.file(f"proc/{process}/net/dev", text)

    def _join_network(self, process, other):
        directory = os.path.join(self.root, f"proc/{process}/net")
        os.makedirs(directory)
        os.link(os.path.join(self.root, f"proc/{other}/net/dev"), os.path.join(directory, "dev"))

    def _directory(self, path, file):
        base = "sys/fs/cgroup"
        if self.version == 1:
            controller = file.split(".")[0]
            base += "/" + MOUNTS.get(controller, controller)
        return base + path.rstrip("/") + "/"

    def _cgroup(self, row):
        files = dict(line.split(" ", 1) for line in (V2 if self.version == 2 else V1).strip().splitlines())
        files["memory.current" if self.version == 2 else "memory.usage_in_bytes"] = str(row.memory)
        if row.path == "/" and self.version == 2:
            for missing in NOT_AT_THE_ROOT:
                del files[missing]
        for name, text in files.items():
            self.file(self._directory(row.path, name) + name, text.replace("; ", "\n") + "\n")
        processes = f"{self._process(row)}\n" if row.key and row.key != "outer" else ""
        self.file(self._directory(row.path, "cgroup.procs") + "cgroup.procs", processes)
        if row.is_app():
            self._log(row)

    def _process(self, row):
        """A process of the container: its pod's sandbox has a network, what comes after it shares that."""
        self._processes += 1
        sandboxes = {"web_pause", "job_pause", "etcd_pause"}
        if row.key in sandboxes:
            self._sandbox = self._processes
            self._network(self._processes, self._processes * 1000)
        else:
            on_host = row.key.startswith("agent")
            self._join_network(self._processes, 1 if on_host else self._sandbox)
        return self._processes

    def _log(self, row):
        uid = next(uid for *names, uid in PODS.values() if names == [row.namespace, row.pod])
        log = f"/var/log/pods/{row.namespace}_{row.pod}_{uid}/{row.container}/0.log"
        self.file(log, "")
        link = f"var/log/containers/{row.pod}_{row.namespace}_{row.container}-{IDS[row.key]}.log"
        os.symlink(log, os.path.join(self.root, link))

    def _made_at(self, row):
        sandbox = row.key is not None and row.key.endswith("pause")
        seconds = STARTED if sandbox or row.key is None else STARTED + 2
        for file in ("cgroup.events",) if self.version == 2 else ("cgroup.clone_children", "cpu.stat"):
            directory = os.path.join(self.root, self._directory(row.path, file))
            for path in (os.path.join(directory, file), directory):
                os.utime(path, (seconds, seconds))
