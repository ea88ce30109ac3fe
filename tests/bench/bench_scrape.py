"""What a scrape costs on a node full of containers."""

import functools
import os
import statistics
import time
import urllib.request

from bench_cgroups import kernel_cgroups, make_cgroups, stir_files, stir_kernel
from bench_support import cpu_seconds, e2e_support, peak_rss

DESIGN_CONTAINERS = 110  # 333 cgroups
CADVISOR_CPU_MS = 204  # of cAdvisor 0.56 with 332 cgroups, on a machine of 2 cores
CADVISOR_SHARE = 15
PAUSE_SECONDS = 1.05  # the agent gives scrapes within a second the same result
SANDBOX_SECONDS = 16  # until a cgroup that nobody names is taken for a sandbox


def scrape(port, path, compressed):
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", headers={"Accept-Encoding": "gzip"} if compressed else {}
    )
    started = time.monotonic()
    with urllib.request.urlopen(request, timeout=30) as answer:
        size = len(answer.read())
    return time.monotonic() - started, size


def _costs(agent, path, compressed, scrapes, stir):
    """CPU seconds of each scrape, with what is done after the answer; each is a pass of its own."""
    costs, walls, size = [], [], 0
    for number in range(scrapes + 2):
        stir(number)
        before = cpu_seconds(agent.child.pid)
        wall, size = scrape(agent.port, path, compressed)
        time.sleep(0.05)
        if number > 1:  # the first ones open files
            costs.append((cpu_seconds(agent.child.pid) - before) * 1000)
            walls.append(wall * 1000)
        time.sleep(PAUSE_SECONDS)
    return {"cpu_ms": statistics.median(costs), "wall_ms": statistics.median(walls), "bytes": size}


def measure(directory, sys_root, path, scrapes, stir, profile="default"):
    """The scrape of a path, plain and gzip; stir(turn) has each container use some CPU time before."""
    host = {"proc": "/proc", "sys": sys_root}
    metrics = {"profile": profile, "node": {"disabled_collectors": ["systemd"]}}
    agent = e2e_support.Agent(
        host_root=directory, host=host, log_level="warn", logs={"sources": []}, metrics=metrics
    )
    try:
        e2e_support.get(agent.port, path)
        time.sleep(SANDBOX_SECONDS)
        text = e2e_support.get(agent.port, path)[1]
        time.sleep(PAUSE_SECONDS)
        plain, packed = (_costs(agent, path, compressed, scrapes, stir) for compressed in (False, True))
        before = cpu_seconds(agent.child.pid)
        time.sleep(PAUSE_SECONDS * scrapes)
        idle = cpu_seconds(agent.child.pid) - before
        return {
            "samples": sum(1 for line in text.splitlines() if not line.startswith("#")),
            "bytes": plain["bytes"],
            "gzip_bytes": packed["bytes"],
            "cpu_ms": packed["cpu_ms"],
            "plain_cpu_ms": plain["cpu_ms"],
            "wall_ms": packed["wall_ms"],
            "idle_cpu_percent": idle / (PAUSE_SECONDS * scrapes) * 100,
            "peak_rss_bytes": peak_rss(agent.child.pid),
        }
    finally:
        agent.remove()


def bench_scrape(directory, containers, scrapes):
    """A full node's /metrics by profile; and the design's case, of files and of the kernel's own cgroups."""
    figures = {"containers": containers}
    sys_root = make_cgroups(directory, containers)
    stir = functools.partial(stir_files, sys_root, containers)
    figures.update(measure(directory, sys_root, "/metrics", scrapes, stir))
    for profile in ("minimal", "full"):
        figures[profile] = measure(directory, sys_root, "/metrics", scrapes, stir, profile)
    few = os.path.join(directory, "design")
    sys_root = make_cgroups(few, DESIGN_CONTAINERS)
    stir = functools.partial(stir_files, sys_root, DESIGN_CONTAINERS)
    figures["files"] = measure(few, sys_root, "/metrics/cadvisor", scrapes, stir)
    with kernel_cgroups(os.path.join(directory, "kernel"), DESIGN_CONTAINERS) as sys_root:
        if sys_root:
            place = os.path.dirname(sys_root)
            stir = functools.partial(stir_kernel, sys_root, DESIGN_CONTAINERS)
            figures["kernel"] = measure(place, sys_root, "/metrics/cadvisor", scrapes, stir)
            figures["kernel_idle"] = measure(place, sys_root, "/metrics/cadvisor", scrapes, lambda _: None)
    return figures


if __name__ == "__main__":
    import json
    import tempfile

    with tempfile.TemporaryDirectory(prefix="supercargo-bench-") as place_of_files:
        print(json.dumps(bench_scrape(place_of_files, 250, 10), indent=2))
