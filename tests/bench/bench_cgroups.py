"""Nodes full of cgroups to scrape: files in a temporary tree (v2), or the kernel's own (v1, where root may)."""

import contextlib
import os
import shutil
import time

V1_ROOT = "/sys/fs/cgroup"
V1_CONTROLLERS = ("cpu", "cpuacct", "memory", "blkio", "pids", "unified")

PRESSURE = (
    "some avg10=0.00 avg60=0.00 avg300=0.00 total=123456\n"
    "full avg10=0.00 avg60=0.00 avg300=0.00 total=1\n"
)

CGROUP_FILES = {
    "cpu.stat": "usage_usec 5123456789\nuser_usec 4000000000\nsystem_usec 1123456789\nnr_periods 1000\n"
    "nr_throttled 10\nthrottled_usec 123456\nnr_bursts 0\nburst_usec 0\n",
    "cpu.max": "200000 100000\n",
    "cpu.weight": "79\n",
    "cpu.pressure": PRESSURE,
    "memory.pressure": PRESSURE,
    "io.pressure": PRESSURE,
    "memory.current": "134217728\n",
    "memory.peak": "234217728\n",
    "memory.max": "536870912\n",
    "memory.min": "0\n",
    "memory.swap.current": "0\n",
    "memory.swap.max": "0\n",
    "memory.events": "low 0\nhigh 0\nmax 12\noom 0\noom_kill 0\noom_group_kill 0\n",
    "memory.stat": "".join(
        f"{key} {value}\n"
        for key, value in (
            ("anon", 83886080), ("file", 41943040), ("kernel", 4194304), ("kernel_stack", 262144),
            ("pagetables", 524288), ("percpu", 2048), ("sock", 4096), ("vmalloc", 0), ("shmem", 0),
            ("file_mapped", 20971520), ("file_dirty", 8192), ("file_writeback", 0), ("swapcached", 0),
            ("anon_thp", 0), ("file_thp", 0), ("shmem_thp", 0), ("inactive_anon", 0),
            ("active_anon", 83886080), ("inactive_file", 31457280), ("active_file", 10485760),
            ("unevictable", 0), ("slab_reclaimable", 1048576), ("slab_unreclaimable", 524288),
            ("slab", 1572864), ("workingset_refault_anon", 0), ("workingset_refault_file", 5),
            ("pgfault", 1234567), ("pgmajfault", 123), ("pgscan", 0), ("pgsteal", 0),
        )
    ),
    "io.stat": "8:0 rbytes=1048576 wbytes=2097152 rios=100 wios=200 dbytes=0 dios=0\n",
    "pids.current": "23\n",
    "pids.max": "4096\n",
    "cgroup.procs": "",
    "cgroup.controllers": "cpu io memory pids\n",
    "cgroup.events": "populated 1\nfrozen 0\n",
}


def _pods(containers):
    """(uid, path of the pod's cgroup, paths of its sandbox and its container) of each."""
    for number in range(containers):
        uid = f"{number:08d}-aaaa-bbbb-cccc-dddddddddddd"
        pod = f"kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{uid.replace('-', '_')}.slice"
        container, sandbox = f"{number:064x}", f"{number + (1 << 200):064x}"
        yield number, uid, pod, sandbox, container


def _make_logs(directory, containers):
    """The links that name each container."""
    links = os.path.join(directory, "var/log/containers")
    os.makedirs(links)
    for number, uid, _, _, container in _pods(containers):
        log = f"/var/log/pods/bench_pod-{number}_{uid}/app"
        os.makedirs(directory + log)
        os.symlink(f"{log}/0.log", f"{links}/pod-{number}_bench_app-{container}.log")


def make_cgroups(directory, containers):
    """A cgroup v2 tree of a node: a pod for each container, its sandbox, and the logs that name them."""
    sys_root = os.path.join(directory, "sys")
    root = os.path.join(sys_root, "fs/cgroup")

    def cgroup(path, age=3600):
        os.makedirs(os.path.join(root, path), exist_ok=True)
        for name, text in CGROUP_FILES.items():
            with open(os.path.join(root, path, name), "w", encoding="ascii") as out:
                out.write(text)
        made = time.time() - age  # a sandbox is known by being older than its container
        os.utime(os.path.join(root, path), (made, made))

    for path in ("", "kubepods.slice", "kubepods.slice/kubepods-burstable.slice"):
        cgroup(path)
    for _, _, pod, sandbox, container in _pods(containers):
        os.makedirs(os.path.join(root, pod))
        cgroup(f"{pod}/cri-containerd-{sandbox}.scope", age=3610)
        cgroup(f"{pod}/cri-containerd-{container}.scope")
        cgroup(pod)
    _make_logs(directory, containers)
    return sys_root


def stir_files(sys_root, containers, turn):
    """Containers and their pods have used CPU time since the last turn; sandboxes sleep."""
    changed = CGROUP_FILES["cpu.stat"].replace("usage_usec 5123456789", f"usage_usec {5123456789 + turn}")
    for _, _, pod, _, container in _pods(containers):
        for path in (pod, f"{pod}/cri-containerd-{container}.scope"):
            with open(os.path.join(sys_root, "fs/cgroup", path, "cpu.stat"), "w", encoding="ascii") as out:
                out.write(changed)


def _enter(group):
    with open(f"{group}/cgroup.procs", "w", encoding="ascii") as procs:
        procs.write(str(os.getpid()))


def stir_kernel(sys_root, containers, _turn):
    """This process runs in each container for a moment."""
    root = os.path.join(sys_root, "fs/cgroup/cpuacct")
    try:
        for _, _, pod, _, container in _pods(containers):
            _enter(f"{root}/{pod}/cri-containerd-{container}.scope")
            time.sleep(0.0001)  # the time is booked when it gives the processor away
    finally:
        _enter(f"{V1_ROOT}/cpuacct")


def _can_make_v1():
    return os.access(f"{V1_ROOT}/memory/cgroup.procs", os.W_OK)


def _v1_paths(containers):
    yield from ("", "kubepods.slice", "kubepods.slice/kubepods-burstable.slice")
    for _, _, pod, sandbox, container in _pods(containers):
        yield from (pod, f"{pod}/cri-containerd-{sandbox}.scope", f"{pod}/cri-containerd-{container}.scope")


@contextlib.contextmanager
def kernel_cgroups(directory, containers):
    """The same node of the kernel's own cgroups, without processes; gives None where they cannot be made."""
    if not _can_make_v1():
        yield None
        return
    name = f"supercargo-bench-{os.getpid()}"
    mounts = os.path.join(directory, "sys/fs/cgroup")
    os.makedirs(mounts)
    tops = [f"{V1_ROOT}/{one}/{name}" for one in V1_CONTROLLERS if os.path.isdir(f"{V1_ROOT}/{one}")]
    paths = [os.path.join(top, path) for top in tops for path in _v1_paths(containers)]
    try:
        for path in paths:
            os.mkdir(path)
        for top in tops:
            os.symlink(top, os.path.join(mounts, os.path.basename(os.path.dirname(top))))
        _make_logs(directory, containers)
        yield os.path.join(directory, "sys")
    finally:
        for path in reversed(paths):
            with contextlib.suppress(FileNotFoundError):
                os.rmdir(path)
        shutil.rmtree(directory, ignore_errors=True)
