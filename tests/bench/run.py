"""./dev bench: what the agent costs, beside the floor of what must be done anyway, in the same run.

Prints a table; --json FILE also writes the figures for machines. Everything lies in one temporary directory. CPU is user
and system time of the process alone, as the kernel counted it at its end.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
os.environ.setdefault(
    "SUPERCARGO_BUILD_DIR",
    os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build", "release"),
)
import e2e_support  # noqa: E402  (needs the build directory)

GIB = 1 << 30
WORDS = (
    "GET POST request served connection from upstream timeout user session cache miss hit order payment cart shipped "
    "error warning info retry database query rows took bytes status trace span id service api v1 health ready"
).split()


def write_logs(directory, mib, containers):
    """CRI files of about 230 bytes a line, as services write them; their paths."""
    rng = random.Random(1)
    texts = []
    for number in range(4000):
        words = " ".join(rng.choice(WORDS) for _ in range(24))
        texts.append(f"level=info id={rng.getrandbits(64):016x} seq={number} {words}"[:184])
    paths = []
    for container in range(containers):
        pod = f"bench_pod-{container}_{container:08d}-1111-2222-3333-444444444444"
        path = os.path.join(directory, "var/log/pods", pod, "app", "0.log")
        os.makedirs(os.path.dirname(path))
        paths.append(path)
        left = mib * (1 << 20) // containers
        nanoseconds = 0
        with open(path, "w", encoding="ascii", buffering=1 << 20) as out:
            while left > 0:
                lines = []
                for _ in range(1000):
                    nanoseconds += 1_234_567
                    second, rest = divmod(nanoseconds, 1_000_000_000)
                    lines.append(
                        f"2026-11-22T{second // 3600 % 24:02d}:{second // 60 % 60:02d}:{second % 60:02d}.{rest:09d}Z "
                        f"stdout F {rng.choice(texts)}\n"
                    )
                text = "".join(lines)
                out.write(text)
                left -= len(text)
    return paths


def wait4(child):
    """(exit status, CPU seconds, peak RSS in bytes) of a child that has been told to end."""
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def run_floor(port, paths):
    command = [os.path.join(e2e_support.BUILD, "loki_floor"), str(port), *paths]
    started = time.monotonic()
    with subprocess.Popen(command) as child:
        status, cpu, rss = wait4(child)
    assert status == 0, "loki_floor failed"
    return {"cpu": cpu, "wall": time.monotonic() - started, "rss": rss}


def ledger_totals(port):
    accounts = json.loads(e2e_support.get(port, "/ledger")[1])["accounts"]
    return {
        key: sum(account[key] for account in accounts)
        for key in ("delivered_bytes", "delivered_lines", "repeated_lines", "pending_bytes")
    }


def run_agent(host_root, loki_port, total_bytes):
    started = time.monotonic()
    agent = e2e_support.Agent(
        host_root=host_root,
        host={"proc": "/proc", "sys": "/sys"},
        log_level="warn",
        outputs=[{"name": "loki", "type": "loki", "url": f"http://127.0.0.1:{loki_port}"}],
    )
    try:
        totals = {}

        def delivered():
            totals.update(ledger_totals(agent.port))
            return totals["delivered_bytes"] >= total_bytes

        e2e_support.wait_until(delivered, lambda: f"all delivered: {totals} of {total_bytes}", seconds=300)
        wall = time.monotonic() - started
        agent.child.terminate()
        status, cpu, rss = wait4(agent.child)
        assert status == 0, agent.output("stderr")
        assert totals["delivered_bytes"] == total_bytes, totals
        return {"cpu": cpu, "wall": wall, "rss": rss, "repeated_lines": totals["repeated_lines"]}
    finally:
        agent.remove()


def bench_backlog(directory, mib, rounds):
    """From files to a receiver that answers at once: the agent beside the floor, in turn."""
    paths = write_logs(directory, mib, containers=8)
    total = sum(os.path.getsize(path) for path in paths)
    sink = e2e_support.Process(
        "sink", [os.path.join(e2e_support.BUILD, "loki_stand_in"), "--listen", "127.0.0.1:0", "--discard", "--quiet"]
    )
    try:
        port = int(sink.first_line())
        floors, agents = [], []
        for _ in range(rounds):
            floors.append(run_floor(port, paths))
            agents.append(run_agent(directory, port, total))
    finally:
        sink.remove()
    per_gib = GIB / total
    floor = statistics.median(run["cpu"] for run in floors) * per_gib
    agent = statistics.median(run["cpu"] for run in agents) * per_gib
    return {
        "input_bytes": total,
        "rounds": rounds,
        "floor_cpu_seconds_per_gib": floor,
        "agent_cpu_seconds_per_gib": agent,
        "ratio": statistics.median(a["cpu"] / f["cpu"] for a, f in zip(agents, floors)),
        "agent_peak_rss_bytes": max(run["rss"] for run in agents),
        "floor_wall_seconds": statistics.median(run["wall"] for run in floors),
        "agent_wall_seconds": statistics.median(run["wall"] for run in agents),
        "repeated_lines": sum(run["repeated_lines"] for run in agents),
    }


CGROUP_FILES = {
    "cpu.stat": "usage_usec 5123456789\nuser_usec 4000000000\nsystem_usec 1123456789\nnr_periods 1000\n"
    "nr_throttled 10\nthrottled_usec 123456\nnr_bursts 0\nburst_usec 0\n",
    "cpu.max": "200000 100000\n",
    "cpu.weight": "79\n",
    "cpu.pressure": "some avg10=0.00 avg60=0.00 avg300=0.00 total=123456\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=1\n",
    "memory.pressure": "some avg10=0.00 avg60=0.00 avg300=0.00 total=3456\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=56\n",
    "io.pressure": "some avg10=0.00 avg60=0.00 avg300=0.00 total=9456\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=456\n",
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
            ("anon", 83886080), ("file", 41943040), ("kernel", 4194304), ("kernel_stack", 262144), ("pagetables", 524288),
            ("percpu", 2048), ("sock", 4096), ("vmalloc", 0), ("shmem", 0), ("file_mapped", 20971520), ("file_dirty", 8192),
            ("file_writeback", 0), ("swapcached", 0), ("anon_thp", 0), ("file_thp", 0), ("shmem_thp", 0),
            ("inactive_anon", 0), ("active_anon", 83886080), ("inactive_file", 31457280), ("active_file", 10485760),
            ("unevictable", 0), ("slab_reclaimable", 1048576), ("slab_unreclaimable", 524288), ("slab", 1572864),
            ("workingset_refault_anon", 0), ("workingset_refault_file", 5), ("pgfault", 1234567), ("pgmajfault", 123),
            ("pgscan", 0), ("pgsteal", 0),
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
    """A cgroup v2 tree of a node: one pod for each container, with its sandbox, and the logs that name them."""
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


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


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
    agent = e2e_support.Agent(
        host_root=directory, host={"proc": "/proc", "sys": make_cgroups(directory, containers)}, log_level="warn"
    )
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
        with open(f"/proc/{agent.child.pid}/status", encoding="ascii") as status:
            peak = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
        return {
            "containers": containers,
            "cgroups": 3 + 3 * containers,
            "samples": sum(1 for line in text.splitlines() if not line.startswith("#")),
            "bytes": size,
            "gzip_bytes": compressed_size,
            "cpu_ms": (scraping - idle) / scrapes * 1000,
            "wall_ms": statistics.median(walls) * 1000,
            "idle_cpu_percent": idle / (1.05 * scrapes) * 100,
            "peak_rss_bytes": peak,
        }
    finally:
        agent.remove()


def print_table(figures):
    backlog, one_scrape = figures["backlog"], figures["scrape"]
    mib = 1 << 20
    rows = [
        ("backlog, file to Loki: floor", f"{backlog['floor_cpu_seconds_per_gib']:.2f} CPU s/GiB"),
        ("backlog, file to Loki: agent", f"{backlog['agent_cpu_seconds_per_gib']:.2f} CPU s/GiB"),
        ("  agent / floor", f"{backlog['ratio']:.2f}"),
        ("  agent, peak RSS", f"{backlog['agent_peak_rss_bytes'] / mib:.1f} MiB"),
        ("  wall, floor and agent", f"{backlog['floor_wall_seconds']:.2f} s, {backlog['agent_wall_seconds']:.2f} s"),
        (f"scrape, {one_scrape['containers']} containers ({one_scrape['cgroups']} cgroups): CPU", f"{one_scrape['cpu_ms']:.1f} ms"),
        ("  wall, p50", f"{one_scrape['wall_ms']:.1f} ms"),
        ("  samples", f"{one_scrape['samples']}"),
        ("  size, plain and gzip", f"{one_scrape['bytes'] / 1000:.0f} kB, {one_scrape['gzip_bytes'] / 1000:.0f} kB"),
        ("  agent, peak RSS", f"{one_scrape['peak_rss_bytes'] / mib:.1f} MiB"),
        ("  agent, idle", f"{one_scrape['idle_cpu_percent']:.2f} % of a core"),
    ]
    for name, value in rows:
        print(f"{name:<50} {value}")


def main():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__.splitlines()[0])
    parser.add_argument("--json", metavar="FILE", help="write the figures as JSON, too")
    parser.add_argument("--mib", type=int, default=512, help="size of the backlog (default: 512)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of floor and agent, in turn (default: 3)")
    parser.add_argument("--containers", type=int, default=250, help="containers of the scrape (default: 250)")
    parser.add_argument("--scrapes", type=int, default=20, help="scrapes (default: 20)")
    arguments = parser.parse_args()
    directory = tempfile.mkdtemp(prefix="supercargo-bench-")
    try:
        figures = {
            "backlog": bench_backlog(os.path.join(directory, "logs"), arguments.mib, arguments.rounds),
            "scrape": bench_scrape(os.path.join(directory, "cgroups"), arguments.containers, arguments.scrapes),
        }
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    print_table(figures)
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as out:
            json.dump(figures, out, indent=2)
            out.write("\n")


if __name__ == "__main__":
    main()
