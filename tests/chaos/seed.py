"""One run: `seed.py --seed S --build DIR --directory DIR [--only FAULT,FAULT...]`.

Prints the plan, then what came of it; ends with 0 when the promise was kept. The directory holds everything
that the run made.
"""

import argparse
import json
import os
import pickle
import sys
import time

import agent
import describe
import faults
import loki_limits
import plan as plans
import preload
import processes
import receivers
import verify
from processes import Failure

HERE = os.path.dirname(os.path.abspath(__file__))
LATEST_END = 90  # seconds after the writers' end: then it hangs
STALL_SECONDS = 0.2


class World:
    def __init__(self, plan, build, directory):
        self.plan = plan
        self.directory = directory
        self.start = time.monotonic() + 1.0
        self.start_ns = time.time_ns()
        self.clock_offset = 0
        self.control = preload.Control(os.path.join(directory, "control"))
        self.control.set_no_inotify(plan["no_inotify"])
        self.receivers = {}
        self.agent = None
        self.ledgers = {}  # life -> the last one that was seen
        self.differences = 0
        self.stalls = []  # [(begin, end)]: the agent, starved of CPU, did not even answer
        self.troubles = {"loki": [], "graylog": []}  # [(begin, end)]
        self.build = build

    def now(self):
        return time.monotonic() - self.start

    def begin(self):
        faults.own_filesystem(os.path.join(self.directory, "data"))
        for path in ("var/log/pods", "var/lib/docker/containers", "var/log/nginx"):
            os.makedirs(os.path.join(self.directory, "root", path))
        self.receivers["loki"] = receivers.Loki(self.build, self.directory)
        self.receivers["graylog"] = receivers.Graylog(self.build, self.directory, self.plan)
        if self.plan["spare"] is not None:
            spare = receivers.Graylog(self.build, self.directory, self.plan, "spare")
            self.receivers["spare"] = self.receivers["graylog"].spare = spare
        self.agent = agent.Agent(
            self.build, self.directory, self.plan, self.control, self.receivers, self.now
        )
        wait_for(self.agent.start())

    def take_ledger(self):
        begin = self.now()
        accounts = self.agent.ledger()
        if self.now() - begin > STALL_SECONDS:
            self.stalls.append((begin, self.now()))
        if accounts is not None:
            self.ledgers[self.agent.lives] = accounts
        status, text = processes.http(self.agent.port, "/metrics/self")
        for line in text.splitlines() if status == 200 else []:
            if line.startswith("supercargo_ledger_differences_total") and float(line.split()[-1]) > 0:
                raise Failure(f"the agent's own check of its ledger failed: {line}")
        return accounts


def wait_for(generator, meanwhile=lambda: None):
    for pause in generator:
        meanwhile()
        time.sleep(pause)


def run_faults(world, writers):
    running = [[0, faults.agent(world)]]
    running += [[0, faults.receiver(world, name)] for name in world.receivers]
    running.append([0, loki_limits.run(world)])
    next_look = 0
    while running or writers.poll() is None:
        for entry in list(running):
            if world.now() >= entry[0]:
                try:
                    entry[0] = world.now() + next(entry[1])
                except StopIteration:
                    running.remove(entry)
        if world.now() >= next_look and world.agent.is_up():
            next_look = world.now() + 0.5
            world.take_ledger()
        time.sleep(0.005)
    if writers.returncode != 0:
        raise Failure(f"the writers ended with {writers.returncode}: see writers.log")


def drain(world):
    """Until nothing pends, for as long as discovery may need to see the last file."""
    quiet_since, end = None, time.monotonic() + LATEST_END
    while True:
        world.agent.alive()
        accounts = world.take_ledger()
        pending = None if accounts is None else [a for a in accounts if a["pending_bytes"]]
        if pending == []:
            quiet_since = quiet_since or time.monotonic()
            if time.monotonic() - quiet_since > 2.5:
                return
        else:
            quiet_since = None
        if time.monotonic() > end:
            raise Failure(f"pending for {LATEST_END} s: " + json.dumps(pending, indent=1))
        time.sleep(0.1)


def run(world):
    world.begin()
    plan_file = os.path.join(world.directory, "plan.json")
    with open(plan_file, "w", encoding="utf-8") as out:
        json.dump(world.plan, out, indent=1)
    truth_file = os.path.join(world.directory, "truth.pickle")
    world.start, world.start_ns = time.monotonic(), time.time_ns()
    world.agent.timeline = [(0.0, "start"), (0.0, "ready")]
    root = os.path.join(world.directory, "root")
    writers = processes.start(
        [sys.executable, os.path.join(HERE, "writers.py"), plan_file, root, str(world.start), truth_file],
        os.path.join(world.directory, "writers.log"),
        {"PYTHONDONTWRITEBYTECODE": "1"},
    )
    try:
        run_faults(world, writers)
    finally:
        writers.poll() is None and writers.kill()
    drain(world)
    wait_for(world.agent.terminate(), world.take_ledger)
    for receiver in world.receivers.values():
        receiver.stop()
    with open(truth_file, "rb") as file:
        return verify.verify(world, pickle.load(file))


def tail(path, lines=25):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return "".join(file.readlines()[-lines:])
    except OSError:
        return ""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("--directory", required=True)
    parser.add_argument("--only")
    parser.add_argument("--without", default="")
    arguments = parser.parse_args()
    os.makedirs(arguments.directory, exist_ok=True)
    only = arguments.only and arguments.only.split(",")
    plan = plans.draw(arguments.seed, only, arguments.without.split(","))
    print(describe.describe(plan), flush=True)
    world = World(plan, os.path.abspath(arguments.build), os.path.abspath(arguments.directory))
    begin = time.monotonic()
    try:
        result = run(world)
        problems = result.problems
    except Failure as failure:
        result, problems = None, [str(failure)]
    summary = result.summary() if result else "did not end"
    if problems and world.agent:
        print("\n".join(problems))
        print("agent: " + ", ".join(f"{when:.2f} {what}" for when, what in world.agent.timeline))
        print("--- agent.log, its end\n" + tail(world.agent.log))
    verdict = "FAILED" if problems else "ok"
    print(f"RESULT {verdict} seed={plan['seed']} faults={describe.fault_names(plan)} {summary} "
          f"seconds={time.monotonic() - begin:.1f}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
