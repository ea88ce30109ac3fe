"""Does to agent and receivers what the plan says, each fault on time.

Generators (agent, Loki, Graylog and its spare), stepped through by the driver like those of the writers.
"""

import os
import random
import resource
import signal
import subprocess


def receiver(world, name):
    stand_in = world.receivers[name]
    for fault in world.plan[name]:
        yield max(0, fault["at"] - world.now())
        begin = world.now()
        stand_in.begin(fault)
        yield from until_obeyed(stand_in)
        yield fault["seconds"]
        stand_in.end(fault)
        yield from until_obeyed(stand_in)
        output = "graylog" if name == "spare" else name
        world.troubles[output].append((begin, world.now()))


def until_obeyed(stand_in):
    while not stand_in.has_obeyed():
        yield 0.005


def agent(world):
    for fault in world.plan["agent"]:
        yield max(0, fault["at"] - world.now())
        yield from ACTIONS[fault["kind"]](world, fault)


def kill(world, fault):
    world.take_ledger()
    world.agent.kill()
    yield fault["seconds"]
    for pause in fault.get("again_after", ()):
        world.agent.launch()
        yield pause
        world.agent.kill()
    yield from world.agent.start()


def terminate(world, fault):
    world.take_ledger()
    for pause in world.agent.terminate():
        world.take_ledger()  # what the drain finds lost is counted till the last moment
        yield pause
    yield fault["seconds"]
    yield from world.agent.start()


def freeze(world, fault):
    world.agent.signal(signal.SIGSTOP)
    yield fault["seconds"]
    world.agent.signal(signal.SIGCONT)


def disk_full(world, fault):
    """The data directory is a small filesystem of its own; where that cannot be had, nothing happens."""
    if not os.path.ismount(world.agent.data):
        return
    path = os.path.join(world.agent.data, "filler")
    with open(path, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(65536))
        except OSError:
            pass
    world.agent.note("disk full")
    if fault["then"] == "kill":
        yield fault["seconds"] / 2
        world.take_ledger()
        world.agent.kill()
        yield from world.agent.start()
    yield fault["seconds"]
    os.unlink(path)
    world.agent.note("disk has room")


def clock_jump(world, fault):
    world.clock_offset += fault["by"]
    world.control.set_clock_offset(world.clock_offset)
    world.agent.note(f"clock {fault['by']:+} s")
    yield 0


def few_descriptors(world, fault):
    """As many as are open, and no more."""
    pid = world.agent.child.pid
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    held = len(os.listdir(f"/proc/{pid}/fd"))
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (held, before[1]))
    world.agent.note("few descriptors")
    yield fault["seconds"]
    resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
    world.agent.note("descriptors again")


def overflow(world, fault):
    world.control.set_overflow(True)
    world.agent.note("overflow")
    yield fault["seconds"]
    world.control.set_overflow(False)
    world.agent.note("events again")


def damage(world, fault):
    """The checkpoint suffers while the agent is down."""
    world.take_ledger()
    world.agent.kill()
    yield fault["seconds"]
    chance = random.Random(f"{world.plan['seed']}/damage/{fault['at']}")
    for output in ("loki", "graylog"):
        for name in ("journal.0", "journal.1"):
            path = os.path.join(world.agent.data, output, name)
            if os.path.exists(path) and (fault["how"] == "remove_all" or chance.random() < 0.6):
                damage_file(path, fault["how"], chance)
    world.agent.note("checkpoint damaged")
    yield from world.agent.start()


def damage_file(path, how, chance):
    size = os.path.getsize(path)
    if how in ("remove", "remove_all"):
        os.unlink(path)
    elif how == "truncate":
        os.truncate(path, chance.randrange(size + 1))
    else:
        with open(path, "r+b") as file:
            for _ in range(chance.choice((1, 3, 100))):
                file.seek(chance.randrange(min(size, chance.choice((200, 20_000)))))
                file.write(bytes([chance.randrange(256)]))


def reload(world, fault):
    world.agent.write_config()
    world.agent.signal(signal.SIGHUP)
    yield 0


ACTIONS = {
    "kill": kill,
    "terminate": terminate,
    "freeze": freeze,
    "disk_full": disk_full,
    "clock_jump": clock_jump,
    "few_descriptors": few_descriptors,
    "overflow": overflow,
    "damage": damage,
    "reload": reload,
}


def own_filesystem(path, size="9m"):
    """In the run's own mount namespace (the runner's unshare); not where that is not allowed."""
    os.makedirs(path, exist_ok=True)
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", path], check=False, capture_output=True
    )
