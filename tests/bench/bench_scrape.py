"""What a scrape costs on a node full of containers."""

import os
import statistics
import time
import urllib.request

from bench_cgroups import kernel_cgroups, make_cgroups
from bench_support import cpu_seconds, e2e_support, peak_rss

DESIGN_CONTAINERS = 110  # 333 cgroups
CADVISOR_CPU_MS = 204  # of cAdvisor 0.56 with 332 cgroups, on a machine of 2 cores
CADVISOR_SHARE = 15
PAUSE_SECONDS = 1.05  # the agent gives scrapes within a second the same result


def scrape(port, path, compressed):
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", headers={"Accept-Encoding": "gzip"} if compressed else {}
    )
    started = time.monotonic()
    with urllib.request.urlopen(request, timeout=30) as answer:
        size = len(answer.read())
    return time.monotonic() - started, size


def _costs(agent, path, compressed, scrapes):
    """CPU seconds of each scrape, with what is done after the answer; each is a pass of its own."""
    costs, walls, size = [], [], 0
    for number in range(scrapes + 2):
        before = cpu_seconds(agent.child.pid)
        wall, size = scrape(agent.port, path, compressed)
        time.sleep(0.05)
        if number > 1:  # the first ones open files
            costs.append((cpu_seconds(agent.child.pid) - before) * 1000)
            walls.append(wall * 1000)
        time.sleep(PAUSE_SECONDS)
    return {"cpu_ms": statistics.median(costs), "wall_ms": statistics.median(walls), "bytes": size}


def measure(directory, sys_root, path, scrapes, profile="default"):
    """The scrape of a path, plain and gzip."""
    host = {"proc": "/proc", "sys": sys_root}
    metrics = {"profile": profile, "node": {"disabled_collectors": ["systemd"]}}
    agent = e2e_support.Agent(
        host_root=directory, host=host, log_level="warn", logs={"sources": []}, metrics=metrics
    )
    try:
        text = e2e_support.get(agent.port, path)[1]
        time.sleep(PAUSE_SECONDS)
        plain, packed = (_costs(agent, path, compressed, scrapes) for compressed in (False, True))
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
    few = os.path.join(directory, "design")
    figures = {"containers": containers}
    sys_root = make_cgroups(directory, containers)
    figures.update(measure(directory, sys_root, "/metrics", scrapes))
    for profile in ("minimal", "full"):
        figures[profile] = measure(directory, sys_root, "/metrics", scrapes, profile)
    figures["files"] = measure(few, make_cgroups(few, DESIGN_CONTAINERS), "/metrics/cadvisor", scrapes)
    with kernel_cgroups(os.path.join(directory, "kernel"), DESIGN_CONTAINERS) as sys_root:
        if sys_root:
            place = os.path.dirname(sys_root)
            figures["kernel"] = measure(place, sys_root, "/metrics/cadvisor", scrapes)
    return figures


if __name__ == "__main__":
    import json
    import tempfile

    with tempfile.TemporaryDirectory(prefix="supercargo-bench-") as place_of_files:
        print(json.dumps(bench_scrape(place_of_files, 250, 10), indent=2))
