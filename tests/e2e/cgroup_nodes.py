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

from cgroup_node_files import files_of

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
LIMITS = "Max open files            1048576              1048576              files\n"
MOUNTS = {"cpu": "cpu,cpuacct", "cpuacct": "cpu,cpuacct", "cgroup": "memory"}
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
        inner = self.path.endswith((".scope/child", ".scope/container"))  # where the container's processes are
        self.process = next((key for key, text in IDS.items() if inner and text in self.path), self.key)
        self.memory = (number + 2) * MEBIBYTE

    @property
    def labels(self):
        return (self.path, self.container, self.image, self.name, self.namespace, self.pod)

    def is_app(self):
        return self.has_series and self.pod != "" and self.container not in ("", "POD")

    def is_sandbox(self):
        return self.key is not None and self.key.endswith("_pause") and not self.is_app()

    def is_pod(self):
        return self.pod != "" and self.key is None

    def has_processes(self):
        return self.process is not None or self.path.endswith((".service", ".scope", "/init", "/apid", "/kubelet"))


def node_names():
    return sorted(name[: -len(".txt")] for name in os.listdir(NODES) if name.endswith(".txt"))


class NodeTree:
    """A node's directory; removed by remove()."""

    def __init__(self, name):
        self.name = name
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
        for cpu in ("cpu0", "cpu1"):  # two threads of one core
            self.file(f"sys/devices/system/cpu/{cpu}/topology/core_id", "0\n")
            self.file(f"sys/devices/system/cpu/{cpu}/topology/physical_package_id", "0\n")
        self.file("sys/devices/virtual/block/sda/uevent", "")
        os.makedirs(os.path.join(self.root, "sys/dev/block"))
        os.symlink("../../devices/virtual/block/sda", os.path.join(self.root, "sys/dev/block/8:0"))
        for name in ("pods", "containers"):
            os.makedirs(os.path.join(self.root, "var/log", name))
        self._network(1, 1_000_000)
        self.file("proc/1/limits", LIMITS)
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
        for name, text in files_of(self.name, self.version, row, self.rows).items():
            self.file(self._directory(row.path, name) + name, text)
        parent = any(other.path.startswith(row.path + "/") for other in self.rows)
        processes = f"{self._process(row)}\n" if row.has_processes() and not parent else ""
        self.file(self._directory(row.path, "cgroup.procs") + "cgroup.procs", processes)
        if row.is_app():
            self._log(row)

    def _process(self, row):
        """A process of the container: its pod's sandbox has a network, what comes after it shares that."""
        self._processes += 1
        with_network = {"web_pause", "job_pause", "etcd_pause", "outer"}
        if row.process in with_network:
            self._sandbox = self._processes
            self._network(self._processes, self._processes * 1000)
        else:
            on_host = row.process is None or row.process.startswith("agent")
            self._join_network(self._processes, 1 if on_host else self._sandbox)
        self.file(f"proc/{self._processes}/limits", LIMITS)
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
                if os.path.exists(path):
                    os.utime(path, (seconds, seconds))
