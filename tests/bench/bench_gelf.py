"""GELF by the other transports: what a message costs over UDP, and over HTTP with and without bulk.

There are no floors: TCP's backlog (bench_backlog.py) is what the design's bar speaks of. The receiver answers
HTTP after 1 ms, as one in the same data centre does.
"""

import os
import statistics

import e2e_support
from bench_backlog import run_agent, write_logs
from bench_support import GIB, program

ANSWER_MS = 1
# (title, options of the stand-in, its port, fields of the output, containers, MiB of logs)
CASES = {
    "udp": ((), "udp", {}, 8, 64),
    "http": (("--http-delay-ms", str(ANSWER_MS)), "http", {}, 50, 4),
    "http_one_stream": (("--http-delay-ms", str(ANSWER_MS)), "http", {}, 1, 1),
    "http_bulk": (("--http-delay-ms", str(ANSWER_MS), "--bulk"), "http", {"bulk": True}, 8, 64),
}


class Sink(e2e_support.Process):
    """Takes GELF by one transport, and looks at nothing."""

    kind = "gelf"

    def __init__(self, options, scheme, fields):
        super().__init__("sink", [program("graylog_stand_in"), "--discard", *options])
        ports = dict(zip(*[iter(self.first_line().split())] * 2))  # "tcp 1 udp 2 http 3"
        self.output_config = {
            "name": "graylog",
            "type": "gelf",
            "url": f"{scheme}://127.0.0.1:{ports[scheme]}",
            "batch_wait": "100ms",
            **fields,
        }


def measure_case(directory, name, rounds):
    options, scheme, fields, containers, mib = CASES[name]
    logs = os.path.join(directory, f"gelf_{name}")
    paths = write_logs(logs, mib, containers)
    total = sum(os.path.getsize(path) for path in paths)
    lines = 0
    for path in paths:
        with open(path, "rb") as file:
            lines += file.read().count(b"\n")
    sink = Sink(options, scheme, fields)
    try:
        runs = [run_agent(logs, sink, total) for _ in range(rounds)]
    finally:
        sink.remove()
    cpu = statistics.median(run["cpu"] for run in runs)
    return {
        "lines": lines,
        "cpu_seconds_per_gib": cpu * GIB / total,
        "cpu_us_per_line": cpu / lines * 1e6,
        "lines_per_second": lines / statistics.median(run["wall"] for run in runs),
        "peak_rss_bytes": max(run["rss"] for run in runs),
    }


def bench_gelf(directory, rounds):
    return {name: measure_case(directory, name, rounds) for name in CASES}
