"""Logs that are written while the agent runs: its share of a core, its memory, and no line missing."""

import json
import os
import shutil
import subprocess
import tempfile
import time

from bench_support import LokiSink, Meter, e2e_support, ledger_totals, peak_rss, program, start_agent

WARM_UP_SECONDS = 2
ROTATE_BYTES = 300_000


def _pods_directory(name):
    directory = tempfile.mkdtemp(prefix=f"supercargo-bench-{name}-")
    os.makedirs(os.path.join(directory, "var/log/pods"))
    return directory


def _live_writer(directory, files, lines_per_second, seconds, rotate_bytes=0):
    command = [program("live_writer"), directory, files, lines_per_second, seconds, rotate_bytes]
    return subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True)


def _delivered_lines(agent, sinks):
    """Of the output that has delivered least."""
    return min(ledger_totals(agent.port, sink.output_config["name"])["delivered_lines"] for sink in sinks)


def live(sinks, files, lines_per_second, seconds):
    """The agent's share of a core, wake-ups, peak RSS, and the lines that were written and delivered."""
    directory = _pods_directory("live")
    agent = start_agent(directory, [sink.output_config for sink in sinks])
    written_seconds = WARM_UP_SECONDS + seconds + 1
    try:
        with _live_writer(directory, files, lines_per_second, written_seconds, ROTATE_BYTES) as writer:
            time.sleep(WARM_UP_SECONDS)
            meter = Meter(agent.child.pid)
            time.sleep(seconds)
            figures = meter.read()
            written = json.loads(writer.stdout.read())
        deadline = time.monotonic() + 30
        while _delivered_lines(agent, sinks) < written["lines"] and time.monotonic() < deadline:
            time.sleep(0.1)
        figures["peak_rss_bytes"] = peak_rss(agent.child.pid)
        figures["written"] = written
        figures["written_seconds"] = written_seconds
        figures["missing_lines"] = written["lines"] - _delivered_lines(agent, sinks)
        return figures
    finally:
        agent.remove()
        shutil.rmtree(directory, ignore_errors=True)


def idle(files, seconds):
    """One output, and files that nobody writes to."""
    directory = _pods_directory("idle")
    sink = LokiSink()
    _live_writer(directory, files, lines_per_second=2 * files, seconds=1).communicate()
    agent = start_agent(directory, [sink.output_config])
    try:
        time.sleep(3 * WARM_UP_SECONDS)  # a directory is polled for a while after its last write
        meter = Meter(agent.child.pid)
        time.sleep(seconds)
        return {**meter.read(), "peak_rss_bytes": peak_rss(agent.child.pid)}
    finally:
        agent.remove()
        sink.remove()
        shutil.rmtree(directory, ignore_errors=True)


def start_to_ready(pods, rounds):
    """Seconds from the start of the process to 200 from /readyz, with the logs of so many pods there."""
    directory = _pods_directory("start")
    sink = LokiSink()
    _live_writer(directory, pods, lines_per_second=2 * pods, seconds=1).communicate()
    agent = start_agent(directory, [sink.output_config])
    times = []
    try:
        for _ in range(rounds):
            agent.kill()
            began = time.monotonic()
            agent.start()
            while e2e_support.get(agent.port, "/readyz")[0] != 200:
                time.sleep(0.001)
            times.append(time.monotonic() - began)
        return times
    finally:
        agent.remove()
        sink.remove()
        shutil.rmtree(directory, ignore_errors=True)
