"""The process of all writers: containers, their rotations, and pods that live for a moment.

`writers.py PLAN.json ROOT START TRUTH.pickle`: runs to the plan's end (START is of CLOCK_MONOTONIC), then
writes down the truth.
"""

import heapq
import json
import os
import pickle
import random
import sys
import time

import preload
import rotation
from containers import CriContainer, DockerContainer, PlainFile
from truth import Truth

KINDS = {"cri": CriContainer, "docker": DockerContainer, "plain": PlainFile}


class World:
    """The clock, the directory tree, and who is who in it."""

    def __init__(self, plan, root, start, control):
        self.seed = plan["seed"]
        self.root = root
        self.start = start
        self.control = control
        self.jumps = plan["writers_clock_jumps"]
        self.truth = Truth()
        self.by_inode = {}  # of files that have a name
        self.inodes = {}  # by number of the file

    def now(self):
        return time.monotonic() - self.start

    def wall_ns(self):
        return time.time_ns() + (self.control.clock_offset_ns() if self.jumps else 0)

    def make_directories(self, path):
        os.makedirs(path, exist_ok=True)

    def new_file(self, name, path, handle):
        file = self.truth.new_file(name, path[len(self.root) :], self.now())
        self.note(file, os.fstat(handle).st_ino)
        return file

    def note(self, file, inode):
        self.by_inode[inode] = file
        self.inodes[file.number] = inode

    def inode_of(self, file):
        return self.inodes.get(file.number) if file else None

    def file_at(self, path):
        return self.by_inode.get(os.stat(path).st_ino)

    def tell(self, file, what):
        if file is not None:
            file.story.append((self.now(), what))

    def rename(self, path, target):
        file = self.file_at(path)
        os.rename(path, target)
        self.tell(file, f"renamed to {os.path.basename(target)}")

    def replace(self, path, target):
        """The file moves to where its source does not look."""
        if os.path.exists(target):
            self.unlink(target)
        self.lose(self.file_at(path), f"renamed to {os.path.basename(target)}")
        os.rename(path, target)

    def unlink(self, path):
        inode = os.stat(path).st_ino
        self.lose(self.by_inode.pop(inode, None), f"{os.path.basename(path)} deleted")
        os.unlink(path)

    def lose(self, file, what):
        if file is not None and file.gone is None:
            file.gone, file.fate = self.now(), "deleted"
            self.tell(file, what)

    def pack(self, path, temporary, target):
        file = self.by_inode.pop(os.stat(path).st_ino, None)
        os.rename(temporary, target)
        os.unlink(path)
        if file is not None:
            file.packed = True
            self.by_inode[os.stat(target).st_ino] = file
            self.tell(file, f"packed into {os.path.basename(target)}")

    def truncated(self, container, path):
        self.lose(container.file, "truncated")
        container.file.fate = "truncated"
        container.file = self.truth.new_file(container.spec["name"], path[len(self.root) :], self.now())
        self.note(container.file, os.stat(path).st_ino)


def churn(plan, world, spawn):
    """Pods that come, say a few words and go."""
    chance = random.Random(f"{plan['seed']}/churn")
    for number, moment in enumerate(plan["churn"]):
        yield max(0, moment - world.now())
        life = chance.uniform(0.05, 0.5)
        pod = f"job-{number}"
        spec = dict(plan["containers"][0])
        spec.update(kind="cri", name=f"batch/{pod}/main", namespace="batch", pod=pod, container="main")
        spec.update(directory=f"/var/log/pods/batch_{pod}_uid-{pod}/main", rate=chance.choice((0, 100, 1000)))
        spec.update(burst=0, starts_at=0, ends_at=1e9, restarts=[], removed_at=life, text_bytes=60)
        container = CriContainer(spec, world)
        spawn(first_words(container))
        spawn(rotation.removal(container))


def first_words(container):
    container.begin()
    yield from container.write(container.random.randrange(1, 20))
    container.spec["starts_at"] = 0
    begin, written = container.world.now(), 0
    while not container.ended:
        due = int((container.world.now() - begin) * container.spec["rate"]) - written
        if due > 0:
            written += due
            yield from container.write(due)
        yield 0.01


def main(plan_path, root, start, truth_path):
    with open(plan_path, encoding="utf-8") as file:
        plan = json.load(file)
    control = preload.Control(os.path.join(os.path.dirname(plan_path), "control"))
    world = World(plan, root, float(start), control)
    queue, order = [], iter(range(10**9))

    def spawn(generator):
        heapq.heappush(queue, (world.now(), next(order), generator))

    for spec in plan["containers"]:
        container = KINDS[spec["kind"]](spec, world)
        spawn(container.run())
        if spec["rotation"]:
            spawn(rotation.rotations(container))
        if spec["restarts"]:
            spawn(rotation.restarts(container))
        if spec["removed_at"]:
            spawn(rotation.removal(container))
    spawn(churn(plan, world, spawn))
    while queue:
        due, _, generator = heapq.heappop(queue)
        time.sleep(max(0, due - world.now()))
        for pause in generator:
            heapq.heappush(queue, (world.now() + pause, next(order), generator))
            break
    with open(truth_path, "wb") as out:
        pickle.dump(world.truth, out)


if __name__ == "__main__":
    main(*sys.argv[1:])
