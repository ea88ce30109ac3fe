"""Log files that are there already, sent as fast as it goes: the agent beside the floor, in the same run."""

import os
import random
import statistics
import subprocess
import time

from bench_support import GIB, GelfSink, LokiSink, e2e_support, ledger_totals, program, start_agent, wait4

SINKS = {"loki": LokiSink, "gelf": GelfSink}

WORDS = (
    "GET POST request served connection from upstream timeout user session cache miss hit order payment cart "
    "shipped error warning info retry database query rows took bytes status trace span id service api v1 "
    "health ready"
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
                    clock = f"{second // 3600 % 24:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
                    lines.append(f"2026-11-22T{clock}.{rest:09d}Z stdout F {rng.choice(texts)}\n")
                text = "".join(lines)
                out.write(text)
                left -= len(text)
    return paths


def run_floor(sink, paths):
    started = time.monotonic()
    with subprocess.Popen([program(f"{sink.kind}_floor"), str(sink.port), *paths]) as child:
        status, cpu, rss = wait4(child)
    assert status == 0, f"{sink.kind}_floor failed"
    return {"cpu": cpu, "wall": time.monotonic() - started, "rss": rss}


def run_agent(host_root, sink, total_bytes):
    started = time.monotonic()
    output = dict(sink.output_config)
    if sink.kind == "gelf":
        output["confirm_after"] = "200ms"  # else the end would wait 5 s
    agent = start_agent(host_root, [output])
    try:
        totals = {}

        def delivered():
            totals.update(ledger_totals(agent.port))
            return totals["delivered_bytes"] >= total_bytes

        e2e_support.wait_until(delivered, lambda: f"all delivered: {totals} of {total_bytes}", 300)
        wall = time.monotonic() - started
        agent.child.terminate()
        status, cpu, rss = wait4(agent.child)
        assert status == 0, agent.output("stderr")
        assert totals["delivered_bytes"] == total_bytes, totals
        return {"cpu": cpu, "wall": wall, "rss": rss, "repeated_lines": totals["repeated_lines"]}
    finally:
        agent.remove()


def bench_backlog(directory, paths, kind, rounds):
    """From files to a receiver that takes all at once: the agent beside the floor, in turn."""
    total = sum(os.path.getsize(path) for path in paths)
    sink = SINKS[kind]()
    try:
        floors, agents = [], []
        for _ in range(rounds):
            floors.append(run_floor(sink, paths))
            agents.append(run_agent(directory, sink, total))
    finally:
        sink.remove()
    per_gib = GIB / total
    return {
        "input_bytes": total,
        "rounds": rounds,
        "floor_cpu_seconds_per_gib": statistics.median(run["cpu"] for run in floors) * per_gib,
        "agent_cpu_seconds_per_gib": statistics.median(run["cpu"] for run in agents) * per_gib,
        "ratio": statistics.median(a["cpu"] / f["cpu"] for a, f in zip(agents, floors)),
        "agent_peak_rss_bytes": max(run["rss"] for run in agents),
        "floor_wall_seconds": statistics.median(run["wall"] for run in floors),
        "agent_wall_seconds": statistics.median(run["wall"] for run in agents),
        "repeated_lines": sum(run["repeated_lines"] for run in agents),
    }
