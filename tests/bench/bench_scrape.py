"""What a scrape of /metrics costs on a node full of containers."""

import os
import statistics
import time
import urllib.request

from bench_support import cpu_seconds, e2e_support, peak_rss

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


def make_cgroups(directory, containers):
    """A cgroup v2 tree of a node: a pod for each container, its sandbox, and the logs that name them."""
    sys_root = os.path.join(directory, "sys")
    root = os.path.join(sys_root, "fs/cgroup")
    links = os.path.join(directory, "var/log/containers")
    os.makedirs(links)

    def cgroup(path, age=3600):
        os.makedirs(os.path.join(root, path), exist_ok=True)
        for name, text in CGROUP_FILES.items():
            with open(os.path.join(root, path, name), "w", encoding="ascii") as out:
                out.write(text)
        made = time.time() - age  # a sandbox is known by being older than its container
        os.utime(os.path.join(root, path), (made, made))

    for path in ("", "kubepods.slice", "kubepods.slice/kubepods-burstable.slice"):
        cgroup(path)
    for number in range(containers):
        uid = f"{number:08d}-aaaa-bbbb-cccc-dddddddddddd"
        pod = f"kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{uid.replace('-', '_')}.slice"
        container, sandbox = f"{number:064x}", f"{number + (1 << 200):064x}"
        os.makedirs(os.path.join(root, pod))
        cgroup(f"{pod}/cri-containerd-{sandbox}.scope", age=3610)
        cgroup(f"{pod}/cri-containerd-{container}.scope")
        cgroup(pod)
        log = f"/var/log/pods/bench_pod-{number}_{uid}/app"
        os.makedirs(directory + log)
        os.symlink(f"{log}/0.log", f"{links}/pod-{number}_bench_app-{container}.log")
    return sys_root


def scrape(port, path, compressed):
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", headers={"Accept-Encoding": "gzip"} if compressed else {}
    )
    started = time.monotonic()
    with urllib.request.urlopen(request, timeout=30) as answer:
        size = len(answer.read())
    return time.monotonic() - started, size


def bench_scrape(directory, containers, scrapes):
    """Scrapes a second apart, so that each is a pass of its own."""
    host = {"proc": "/proc", "sys": make_cgroups(directory, containers)}
    agent = e2e_support.Agent(host_root=directory, host=host, log_level="warn")
    try:
        _, size = scrape(agent.port, "/metrics", compressed=False)
        text = e2e_support.get(agent.port, "/metrics")[1]
        time.sleep(1.1)
        before = cpu_seconds(agent.child.pid)
        walls = []
        for _ in range(scrapes):
            wall, compressed_size = scrape(agent.port, "/metrics", compressed=True)
            walls.append(wall)
            time.sleep(1.05)
        scraping = cpu_seconds(agent.child.pid) - before
        before = cpu_seconds(agent.child.pid)
        time.sleep(1.05 * scrapes)
        idle = cpu_seconds(agent.child.pid) - before
        return {
            "containers": containers,
            "cgroups": 3 + 3 * containers,
            "samples": sum(1 for line in text.splitlines() if not line.startswith("#")),
            "bytes": size,
            "gzip_bytes": compressed_size,
            "cpu_ms": (scraping - idle) / scrapes * 1000,
            "wall_ms": statistics.median(walls) * 1000,
            "idle_cpu_percent": idle / (1.05 * scrapes) * 100,
            "peak_rss_bytes": peak_rss(agent.child.pid),
        }
    finally:
        agent.remove()
