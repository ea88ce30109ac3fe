"""What the bounds hold: memory where receivers are slow or hang, idle CPU, and what a quiet container waits.

`/usr/bin/python3 tests/bench/bounds.py [CASE ...]`, after `./dev bench` has built the release. Each case
is an agent of its own on files of its own; its figures are printed as one line. Ends with 1 when a bound breaks.
"""

import argparse
import os
import shutil
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
os.environ.setdefault("SUPERCARGO_BUILD_DIR", os.path.join(HERE, "..", "..", "build", "release"))
from e2e_support import Agent, GraylogStandIn, LokiStandIn, wait_until  # noqa: E402
from load_support import TEXT, Deaf, Noise, cri_line, log_file, percentile, quiet_latencies  # noqa: E402

MIB = 1 << 20
MEMORY_LIMIT = 64 * MIB


class Node:
    """A tree of pods' logs, an agent on it, and receivers; all of it goes with close()."""

    def __init__(self):
        self.root = tempfile.mkdtemp(prefix="supercargo-bounds-", dir=os.environ.get("BOUNDS_DIR"))
        self.parts = []
        self.agent = None

    def log_file(self, pod):
        return log_file(self.root, pod)

    def add(self, part):
        self.parts.append(part)
        return part

    def start(self, outputs, **config):
        config |= {"host_root": self.root, "host": {"proc": "/proc", "sys": "/sys"}, "log_level": "warn"}
        self.agent = self.add(Agent(outputs=outputs, **config))
        return self.agent

    def status(self, field):
        with open(f"/proc/{self.agent.child.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith(field))

    def cpu_seconds(self):
        with open(f"/proc/{self.agent.child.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def pending(self, output):
        return sum(value for _, value in self.agent.samples("supercargo_log_pending_bytes", output=output))

    def close(self):
        for part in reversed(self.parts):
            part.remove()
        shutil.rmtree(self.root, ignore_errors=True)


def write_many(node, files, bytes_each):
    line = cri_line(TEXT)
    text = line * (bytes_each // len(line))
    for number in range(files):
        with open(node.log_file(f"web-{number}"), "a", encoding="ascii") as file:
            file.write(text)


def gelf_output(port, scheme="tcp"):
    path = "/gelf" if scheme == "http" else ""
    return {"name": "graylog", "type": "gelf", "url": f"{scheme}://127.0.0.1:{port}{path}"}


def loki_output(port, **more):
    return {"name": "loki", "type": "loki", "url": f"http://127.0.0.1:{port}", **more}


def memory(node, seconds):
    """Watches it for a while, with a scrape each second as Prometheus does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        node.agent.metrics()
        time.sleep(1)
    peak = node.status("VmHWM")
    return {"peak_rss_mib": peak / MIB, "rss_mib": node.status("VmRSS") / MIB}, peak <= MEMORY_LIMIT


def case_idle(node):
    """1,000 files that nobody writes to, two outputs that have delivered all."""
    loki, graylog = node.add(LokiStandIn("--quiet")), node.add(GraylogStandIn())
    write_many(node, 1000, 2000)
    node.start([loki.output_config, graylog.output_config])
    wait_until(lambda: node.pending("loki") + node.pending("graylog") == 0, "all delivered", 60)
    time.sleep(12)
    before = node.cpu_seconds()
    time.sleep(20)
    percent = (node.cpu_seconds() - before) / 20 * 100
    return {"idle_cpu_percent": percent, "peak_rss_mib": node.status("VmHWM") / MIB}, True


def case_overload(node):
    """1,000 files, two outputs, receivers that are much slower than the writers."""
    loki = node.add(LokiStandIn("--quiet", "--discard", "--delay-ms", "500"))
    graylog = node.add(Deaf(2 * MIB))
    write_many(node, 1000, 200_000)
    node.start([loki_output(loki.port), gelf_output(graylog.port)])
    stopping = threading.Event()

    def write():
        while not stopping.wait(0.2):
            write_many(node, 1000, 4000)

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    result = memory(node, 25)
    stopping.set()
    writer.join()
    return result


def case_overload_http(node):
    """1,000 files, Loki slow, and GELF over HTTP, of which each line is a request."""
    loki = node.add(LokiStandIn("--quiet", "--discard", "--delay-ms", "500"))
    graylog = node.add(GraylogStandIn())
    write_many(node, 1000, 200_000)
    node.start([loki_output(loki.port), gelf_output(graylog.addresses["http"], "http")])
    return memory(node, 20)


def case_huge(node):
    """300 containers, each with an open record of 240 KiB in both streams; then all are closed at once."""
    loki, graylog = node.add(LokiStandIn("--quiet", "--discard")), node.add(GraylogStandIn())
    piece = "x" * 16_000

    def write(count, tag):
        for number in range(300):
            with open(node.log_file(f"web-{number}"), "a", encoding="ascii") as file:
                for _ in range(count):
                    for stream in ("stdout", "stderr"):
                        file.write(cri_line(piece, stream, tag))

    write(15, "P")
    node.start([loki_output(loki.port), graylog.output_config])
    for _ in range(3):
        memory(node, 5)
        write(1, "F")
        memory(node, 3)
        write(15, "P")
    return memory(node, 3)


def case_hang(node):
    """Receivers that accept requests and never answer, nor read."""
    loki, graylog = node.add(Deaf()), node.add(Deaf())
    write_many(node, 1000, 200_000)
    node.start([loki_output(loki.port), gelf_output(graylog.port)])
    return memory(node, 30)


def case_hang_http(node):
    """Likewise, with everything read and no answer, over HTTP twice."""
    loki, graylog = node.add(Deaf(100 * MIB)), node.add(Deaf(100 * MIB))
    write_many(node, 1000, 200_000)
    node.start([loki_output(loki.port), gelf_output(graylog.port, "http")])
    return memory(node, 30)


def latency(node, loki, count=100):
    """Of a line each 0.2 s, from its write to its arrival; the default batch_wait is a second of it."""
    latencies = quiet_latencies(
        node.log_file("quiet"), count, 0.2, lambda: [line["line"] for line in loki.lines()]
    )
    p99 = percentile(latencies, 99)
    return {"p50_s": percentile(latencies, 50), "p99_s": p99, "max_s": max(latencies)}, p99 < 2


def case_quiet(node):
    """A container that writes 100 MB a second beside a quiet one."""
    noise = Noise(node.log_file("noisy"), 512 * MIB, 100_000_000)
    loki = node.add(LokiStandIn("--quiet", "--keep", "pod=quiet"))
    node.start([loki.output_config])
    noise.start()
    figures, holds = latency(node, loki)
    figures["noise_pending_mib"] = node.pending("loki") / MIB
    noise.stop()
    return figures, holds


def case_quiet_crowd(node):
    """300 containers with a backlog of 3 MiB each beside a quiet one."""
    write_many(node, 300, 3 * MIB)
    loki = node.add(LokiStandIn("--quiet", "--keep", "pod=quiet"))
    node.start([loki.output_config])
    return latency(node, loki, count=40)


def case_s29(node):
    """Two outputs whose receivers hang beside one that works."""
    noise = Noise(node.log_file("noisy"), 64 * MIB, 5_000_000)
    hanging, deaf = node.add(Deaf(100 * MIB)), node.add(Deaf())
    loki = node.add(LokiStandIn("--quiet", "--keep", "pod=quiet"))
    node.start([{**loki_output(hanging.port), "name": "hanging"}, gelf_output(deaf.port), loki.output_config])
    noise.start()
    result = latency(node, loki)
    noise.stop()
    return result


CASES = {name[5:]: value for name, value in globals().items() if name.startswith("case_")}


def run(name):
    node = Node()
    try:
        figures, holds = CASES[name](node)
    finally:
        node.close()
    text = "  ".join(f"{key} {value:.2f}" for key, value in figures.items())
    print(f"{name:<14} {'holds ' if holds else 'BROKEN'}  {text}", flush=True)
    return holds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"of: {', '.join(CASES)} (default: all)")
    names = parser.parse_args().cases or list(CASES)
    sys.exit(0 if all([run(name) for name in names]) else 1)


if __name__ == "__main__":
    main()
