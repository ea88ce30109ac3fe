"""./dev bench: what the agent costs, each figure beside its bar and the floor of the same run.

Prints a table; --json FILE also writes the figures for machines. Everything lies in temporary directories.
CPU is user and system time of the agent's process alone, as the kernel counted it.
"""

import argparse
import json
import os
import shutil
import tempfile

from bench_backlog import bench_backlog, write_logs
from bench_gelf import bench_gelf
from bench_latency import new_file_to_wire
from bench_live import idle, live, start_to_ready
from bench_node import bench_node
from bench_sampler import bench_sampler
from bench_scrape import bench_scrape
from bench_support import GelfSink, LokiSink
from bench_table import print_table, rows_of

LINES_PER_SECOND = 20_000
FEW_LINES_PER_SECOND = 1_000


def measure_live(seconds):
    loki, gelf = LokiSink(), GelfSink()
    try:
        return {
            "loki": live([loki], 100, LINES_PER_SECOND, seconds),
            "gelf": live([gelf], 100, LINES_PER_SECOND, seconds),
            "both": live([loki, gelf], 100, LINES_PER_SECOND, seconds),
            "loki_twice": live([loki], 100, 2 * LINES_PER_SECOND, seconds),
            "loki_few": live([loki], 100, FEW_LINES_PER_SECOND, seconds),
        }
    finally:
        loki.remove()
        gelf.remove()


def measure(arguments, directory):
    logs = os.path.join(directory, "logs")
    paths = write_logs(logs, arguments.mib, containers=8)
    figures = {
        "backlog": bench_backlog(logs, paths, "loki", arguments.rounds),
        "backlog_gelf": bench_backlog(logs, paths, "gelf", arguments.rounds),
        "gelf_transports": bench_gelf(directory, min(arguments.rounds, 3)),
        "live": measure_live(arguments.seconds),
        "new_file_seconds": new_file_to_wire(arguments.new_files),
        "start_to_ready_seconds": start_to_ready(pods=250, rounds=5),
        "idle": idle(files=1000, seconds=arguments.seconds),
        "scrape": bench_scrape(os.path.join(directory, "cgroups"), arguments.containers, arguments.scrapes),
        "sampler": bench_sampler(os.path.join(directory, "sampler"), arguments.containers, arguments.seconds),
        "node": bench_node(arguments.scrapes),
    }
    return figures


def main():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="less of everything, in a few minutes")
    parser.add_argument("--json", metavar="FILE", help="write the figures as JSON, too")
    parser.add_argument("--markdown", action="store_true", help="print the table for README.md")
    parser.add_argument("--mib", type=int, default=512, help="size of the backlog (default: 512)")
    parser.add_argument("--rounds", type=int, help="runs of floor and agent, in turn (default: 5; quick: 3)")
    parser.add_argument("--seconds", type=int, help="of each live run (default: 30; quick: 4)")
    parser.add_argument("--new-files", type=int, help="whose latency is taken (default: 200; quick: 60)")
    parser.add_argument("--containers", type=int, default=250, help="containers of the scrape (default: 250)")
    parser.add_argument("--scrapes", type=int, help="scrapes (default: 20; quick: 3)")
    arguments = parser.parse_args()
    defaults = {"rounds": (5, 3), "seconds": (30, 4), "new_files": (200, 60), "scrapes": (20, 3)}
    for name, (usual, quick) in defaults.items():
        if getattr(arguments, name) is None:
            setattr(arguments, name, quick if arguments.quick else usual)
    directory = tempfile.mkdtemp(prefix="supercargo-bench-")
    try:
        figures = measure(arguments, directory)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    print_table(rows_of(figures), arguments.markdown)
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as out:
            json.dump(figures, out, indent=2)
            out.write("\n")


if __name__ == "__main__":
    main()
