"""`./dev chaos`: runs seeds, each in a process of its own, and sums up.

    run.py [--minutes N] [--seeds N] [--seed S] [--jobs J] [--build DIR] [--only FAULT,...]
           [--directory DIR] [--verbose]

Without --seed the first seed comes from the clock. --seed alone replays that one. What a failed run left
(plan, logs, stores of the receivers, the log files themselves) stays below --directory.
"""

import argparse
import collections
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
REPOSITORY = os.path.dirname(os.path.dirname(HERE))
LONGEST = 400  # seconds of one seed


def own_mounts():
    """The prefix of a command that gets a mount namespace of its own, for a small data directory."""
    prefix = ["unshare", "--mount", "--propagation", "private"]
    try:
        fine = subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        fine = False
    if not fine:
        print("chaos: no mount namespace here (not root?): disk_full does nothing", flush=True)
    return prefix if fine else []


class Runner:
    def __init__(self, arguments):
        self.arguments = arguments
        self.prefix = own_mounts()
        self.lock = threading.Lock()
        self.results = collections.Counter()
        self.totals = collections.Counter()
        self.failed = []

    def run(self, seed):
        directory = os.path.join(self.arguments.directory, f"seed-{seed}")
        shutil.rmtree(directory, ignore_errors=True)
        os.makedirs(directory)
        command = [*self.prefix, sys.executable, os.path.join(HERE, "seed.py"), "--seed", str(seed)]
        command += ["--build", self.arguments.build, "--directory", directory]
        for name in ("only", "without"):
            value = getattr(self.arguments, name)
            command += [f"--{name}", value] if value else []
        try:
            done = subprocess.run(
                command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LONGEST, check=False
            )
            text, good = done.stdout.decode(errors="replace"), done.returncode == 0
        except subprocess.TimeoutExpired as error:
            text, good = (error.stdout or b"").decode(errors="replace") + f"hangs for {LONGEST} s\n", False
        with open(os.path.join(directory, "story.txt"), "w", encoding="utf-8") as out:
            out.write(text)
        with self.lock:
            self.report(seed, good, text, directory)

    def report(self, seed, good, text, directory):
        result = re.search(r"^RESULT (.*)$", text, re.MULTILINE)
        line = result[1] if result else f"FAILED seed={seed}: no result"
        if self.arguments.verbose or not good:
            print(text[: result.start()] if result else text)
        print(line, flush=True)
        for name, value in re.findall(r"(lines|bytes|rotations)=(\d+)", line):
            self.totals[name] += int(value)
        for name in ("missing", "ledger", "repeats"):
            for item, value in re.findall(r"([\w/]+):(\d+)", (re.search(rf"{name}=(\S+)", line) or [""])[0]):
                self.totals[f"{name} {item}"] += int(value)
        for fault in (re.search(r"faults=(\S+)", line) or ["", ""])[1].split(","):
            self.results[fault] += 1
        if good:
            shutil.rmtree(directory, ignore_errors=True)
        else:
            self.failed.append(seed)
            print(f"chaos: replay with ./dev chaos --seed {seed}; see {directory}", flush=True)


def seeds(arguments):
    first = arguments.seed if arguments.seed is not None else int(time.time())
    default = None if arguments.minutes else 1 if arguments.seed is not None else 10
    count = arguments.seeds or default
    end = time.monotonic() + arguments.minutes * 60 if arguments.minutes else None
    number = 0
    while (count is None or number < count) and (end is None or time.monotonic() < end):
        yield first + number
        number += 1


def parse():
    parser = argparse.ArgumentParser(prog="./dev chaos", description="Seeded faults; no line may be lost.")
    option = parser.add_argument
    build, kept = os.path.join(REPOSITORY, "build/dev"), os.path.join(REPOSITORY, "build/chaos")
    option("--minutes", type=float, default=0, help="run seeds for so long")
    option("--seeds", type=int, default=0, help="run so many seeds (default 10)")
    option("--seed", type=int, help="the first seed; alone: replay this one")
    option("--jobs", type=int, default=1, help="so many at the same time")
    option("--build", default=build, help="directory of the programs")
    option("--only", help="draw these faults only, such as kill,freeze,down; none: no faults at all")
    option("--without", help="leave out what writers do, such as gzip,copytruncate,docker,plain,churn")
    option("--directory", default=kept, help="where failed runs leave what they made")
    option("--verbose", action="store_true", help="print each schedule")
    arguments = parser.parse_args()
    arguments.verbose |= arguments.seed is not None and not arguments.seeds and not arguments.minutes
    return arguments


def main():
    arguments = parse()
    runner = Runner(arguments)
    begin = time.monotonic()
    queue = seeds(arguments)
    queue_lock = threading.Lock()

    def work():
        while True:
            with queue_lock:
                seed = next(queue, None)
            if seed is None:
                return
            runner.run(seed)

    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for worker in [pool.submit(work) for _ in range(arguments.jobs)]:
            worker.result()
    print(f"chaos: {(time.monotonic() - begin) / 60:.1f} minutes; faults: "
          + ", ".join(f"{name} {count}" for name, count in sorted(runner.results.items())))
    print("chaos: " + ", ".join(f"{name} {count}" for name, count in sorted(runner.totals.items())))
    print(f"chaos: {len(runner.failed)} failed" + (f": {sorted(runner.failed)}" if runner.failed else ""))
    return 1 if runner.failed else 0


if __name__ == "__main__":
    sys.exit(main())
