"""The node of query_bed.py: cgroups, log links and processes of containers as the kernel and the kubelet make them."""

import os
import shutil

from cgroup_nodes import IDS, PODS, NodeTree
from test_kubernetes_api import NODE

TREE = "containerd_systemd_v2"
IMAGE = "registry.example.org/shop/web:latest"
OWNERS = {"web": ("StatefulSet", "web"), "job": ("Job", "job-29"), "agent": ("DaemonSet", "agent")}
RESTARTED = "ee" * 32


class QueryTree(NodeTree):
    """A node of cgroup_nodes.py on this machine: what it does not lay out are links to the real /proc and /sys."""

    def __init__(self):
        super().__init__(TREE)

    def _machine(self):
        for directory in ("sys/dev/block", "var/log/pods", "var/log/containers", "plain"):
            os.makedirs(os.path.join(self.root, directory))
        os.symlink("../../devices/virtual/block/sda", os.path.join(self.root, "sys/dev/block/8:0"))
        self.file("sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory hugetlb pids\n")
        for directory in ("proc", "sys", "sys/fs"):
            os.makedirs(os.path.join(self.root, directory), exist_ok=True)
            for name in os.listdir("/" + directory):
                path = os.path.join(self.root, directory, name)
                if (not name.isdigit() or name in ("1", "2")) and name != "self" and not os.path.lexists(path):
                    os.symlink(f"/{directory}/{name}", path)

    def _join_network(self, process, other):
        if other != 1:
            super()._join_network(process, other)
            return
        os.makedirs(os.path.join(self.root, f"proc/{process}"))
        os.symlink("/proc/1/net", os.path.join(self.root, f"proc/{process}/net"))

    def proc(self, reader):
        """A /proc for one process, which is to find itself there."""
        copy = os.path.join(self.root, f"proc-{reader}")
        if not os.path.exists(copy):
            shutil.copytree(os.path.join(self.root, "proc"), copy, symlinks=True)
        return copy

    def config(self, reader):
        parts = {"proc": self.proc(reader), "sys": f"{self.root}/sys", "log": f"{self.root}/var/log"}
        return {"host": parts, "node_name": NODE}

    def _log(self, row):
        super()._log(row)
        name = f"{row.pod}_{row.namespace}_{row.container}-{IDS[row.key]}.log"
        link = os.path.join(self.root, "var/log/containers", name)
        target = os.readlink(link)
        os.unlink(link)  # the agent's root is the machine's
        os.symlink(self.root + target, link)

    def row(self, key):
        return next(row for row in self.rows if row.key == key)

    def cgroup(self, key):
        return os.path.join(self.root, "sys/fs/cgroup", self.row(key).path.lstrip("/"))

    def log(self, key, restart=0):
        row = self.row(key)
        uid = next(uid for *names, uid in PODS.values() if names == [row.namespace, row.pod])
        return os.path.join(self.root, f"var/log/pods/{row.namespace}_{row.pod}_{uid}/{row.container}/{restart}.log")

    def use_cpu(self, key, times):
        """More than before, and more than its quota allows; `times`: how often by now."""
        with open(f"{self.cgroup(key)}/cpu.stat", "w", encoding="ascii") as stat:
            stat.write(
                f"usage_usec {12500000 + 2500000 * times}\nuser_usec {10000000 + 2000000 * times}\n"
                f"system_usec {2500000 + 500000 * times}\nnr_periods {40 + 20 * times}\nnr_throttled {4 + 10 * times}\n"
                f"throttled_usec {1500000 + 1000000 * times}\nnr_bursts 3\nburst_usec 250000\n"
            )

    def kill(self, key):
        """For want of memory: the container's cgroup and its pod's count it."""
        cgroup = self.cgroup(key)
        for directory in (cgroup, os.path.dirname(cgroup)):
            with open(f"{directory}/memory.events", "w", encoding="ascii") as events:
                events.write("low 0\nhigh 6\nmax 9\noom 3\noom_kill 2\noom_group_kill 0\n")

    def start_again(self, key):
        """The container ends, and kubelet makes another one of the same name."""
        old, row = self.cgroup(key), self.row(key)
        new = old.replace(IDS[key], RESTARTED)
        shutil.copytree(old, new + ".new")
        os.rename(new + ".new", new)
        log = self.log(key, 1)
        with open(log, "w", encoding="utf-8"):
            os.symlink(log, f"{self.root}/var/log/containers/{row.pod}_{row.namespace}_{row.container}-{RESTARTED}.log")
        shutil.rmtree(old)

    def pods(self):
        """As the API server has them."""
        for key, (kind, owner) in OWNERS.items():
            namespace, name, uid = PODS[key]
            apps = [row for row in self.rows if row.is_app() and (row.namespace, row.pod) == (namespace, name)]
            yield {
                "kind": "Pod",
                "apiVersion": "v1",
                "metadata": {
                    "name": name,
                    "namespace": namespace,
                    "uid": uid,
                    "creationTimestamp": "2026-11-22T10:00:00Z",
                    "labels": {"app": key},
                    "ownerReferences": [{"kind": kind, "name": owner, "controller": True}],
                },
                "spec": {
                    "nodeName": NODE,
                    "hostNetwork": key == "agent",
                    "containers": [{"name": row.container, "image": IMAGE} for row in apps],
                },
                "status": {
                    "containerStatuses": [
                        {"name": row.container, "image": IMAGE, "containerID": f"containerd://{IDS[row.key]}"}
                        for row in apps
                    ]
                },
            }
