"""What a scrape of the node's families costs, beside node_exporter on the same machine in the same run.

Once with what is on by default, and once with all that the profile `full` has.
"""

import shutil
import statistics
import time

from bench_scrape import scrape
from bench_support import cpu_seconds, e2e_support, peak_rss

ORIGINAL = "prometheus-node-exporter"
OFF_BY_DEFAULT = ("buddyinfo", "interrupts", "ksmd", "meminfo_numa", "processes", "slabinfo", "stat.softirq",
                  "tcpstat", "zoneinfo")
PAUSE_SECONDS = 1.05  # the agent gives scrapes within a second the same result


def scrape_cost(process, port, path, scrapes):
    """Median of CPU milliseconds of one scrape, and the size of what it gave."""
    costs = []
    for number in range(scrapes + 2):
        before = cpu_seconds(process.child.pid)
        _, size = scrape(port, path, compressed=True)
        time.sleep(0.05)  # what is done after the answer counts, too
        if number > 1:  # the first ones fill caches
            costs.append((cpu_seconds(process.child.pid) - before) * 1000)
        time.sleep(PAUSE_SECONDS)
    text = e2e_support.get(port, path)[1]
    return {
        "cpu_ms": statistics.median(costs),
        "gzip_bytes": size,
        "samples": sum(1 for line in text.splitlines() if not line.startswith("#")),
        "peak_rss_bytes": peak_rss(process.child.pid),
    }


def original_cost(scrapes, options):
    """None where node_exporter is not installed."""
    if not shutil.which(ORIGINAL):
        return None
    port = e2e_support.free_port()
    command = [ORIGINAL, f"--web.listen-address=127.0.0.1:{port}", "--no-collector.systemd", *options]
    original = e2e_support.Process("node-exporter", command)
    try:
        e2e_support.wait_until(lambda: e2e_support.get(port, "/")[0] == 200, ORIGINAL)
        return scrape_cost(original, port, "/metrics", scrapes)
    finally:
        original.remove()


def agent_cost(scrapes, metrics):
    agent = e2e_support.Agent(logs={"sources": []}, log_level="warn", metrics=metrics)
    try:
        return scrape_cost(agent, agent.port, "/metrics/node", scrapes)
    finally:
        agent.remove()


def bench_node(scrapes):
    """Both as they are, and both with all that node_exporter leaves off; systemd is not asked by either."""
    full = {"profile": "full", "node": {"disabled_collectors": ["systemd"]}}
    return {
        "agent": agent_cost(scrapes, {}),
        "node_exporter": original_cost(scrapes, []),
        "agent_full": agent_cost(scrapes, full),
        "node_exporter_full": original_cost(scrapes, [f"--collector.{name}" for name in OFF_BY_DEFAULT]),
    }


if __name__ == "__main__":
    print(bench_node(20))
