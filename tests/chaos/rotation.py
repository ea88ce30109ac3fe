"""What happens to log files behind their writers' backs: kubelet's rotation, restarts and removal of
containers, Docker's own rotation, and logrotate's two ways with plain files.

Generators for the loop of writers.py, as in containers.py.
"""

import contextlib
import glob
import gzip
import os
import shutil
import time


def rotations(container):
    """Rotates at random moments until the container ends."""
    spec = container.spec["rotation"]
    yield container.spec["starts_at"]
    while not container.ended:
        yield container.random.uniform(*spec["every"])
        enough = container.file is not None and container.file.size >= spec["min_bytes"]
        if container.ended or container.handle is None or not enough:
            continue
        rotate = ROTATE[container.spec["kind"]]
        yield from rotate(container, spec)
        if container.random.random() < spec["double_share"] and container.handle is not None:
            yield from rotate(container, spec)
        container.world.truth.rotations += 1


def kubelet_rotate(container, spec):
    """In the order of kubelet's container_log_manager.go."""
    world, current = container.world, container.current_path()
    remove_unused(world, current)
    for path in rotated(current)[: -(spec["max_files"] - 2) or None]:
        world.unlink(path)
    if spec["gzip"]:
        for path in rotated(current):
            if not path.endswith(".gz"):
                yield from compress(world, path, path + ".tmp", path + ".gz")
    if container.handle is None or container.current_path() != current:
        return  # it ended or restarted while others were compressed
    target = f"{current}.{rotation_stamp(container)}"
    world.rename(current, target)
    yield container.random.uniform(*spec["reopen_delay"])  # the runtime goes on writing to the renamed file
    yield from container.quiet()
    if container.handle is None or container.current_path() != current:
        return
    if container.random.random() < spec["fail_share"]:
        world.rename(target, current)
        return
    container.open_current()


def rotated(current):
    return sorted(path for path in glob.glob(glob.escape(current) + ".*") if not path.endswith(".tmp"))


def remove_unused(world, current):
    everything = glob.glob(glob.escape(current) + ".*")
    for path in everything:
        if path.endswith(".tmp") or (path.endswith(".gz") and path[:-3] in everything):
            world.unlink(path)


def compress(world, path, temporary, target):
    with open(path, "rb") as file:
        data = file.read()
    with open(temporary, "wb") as out:
        packed = gzip.compress(data, 1)
        out.write(packed[: len(packed) // 2])
        out.flush()
        yield 0.005
        out.write(packed[len(packed) // 2 :])
    if not os.path.exists(path):  # the container was removed meanwhile
        with contextlib.suppress(FileNotFoundError):  # perhaps with all that it had
            os.unlink(temporary)
        return
    world.pack(path, temporary, target)


def rotation_stamp(container):
    """One second is all that kubelet's names resolve: never the same twice."""
    second = int(container.world.wall_ns() // 10**9)
    container.last_rotation = max(getattr(container, "last_rotation", 0) + 1, second)
    return time.strftime("%Y%m%d-%H%M%S", time.gmtime(container.last_rotation))


def restarts(container):
    """The container ends and begins again at the planned moments: N.log, and the logs of N-2 are removed."""
    for moment in container.spec["restarts"]:
        yield max(0, moment - container.world.now())
        if container.ended or container.handle is None:
            continue
        yield from container.quiet()
        container.open_records.clear()  # its last words may lack their end
        container.close()
        container.restart += 1
        container.file = None
        yield container.random.uniform(0.02, 0.5)
        if container.ended:
            return
        for path in glob.glob(glob.escape(container.path(f"{container.restart - 2}.log")) + "*"):
            container.world.unlink(path)
        container.open_current()


def removal(container):
    """The pod is deleted right after its last write."""
    yield container.spec["removed_at"]
    yield from container.quiet()
    list(container.end())
    for path in glob.glob(glob.escape(container.directory) + "/*"):
        container.world.unlink(path)
    os.rmdir(container.directory)
    os.rmdir(os.path.dirname(container.directory))


def docker_rotate(container, spec):
    """moby's loggerutils: .N is dropped, .i becomes .i+1, the current one .1 and is compressed afterwards."""
    yield from container.quiet()
    world, current = container.world, container.current_path()
    if container.ended:
        return
    for suffix in ("", ".gz"):
        last = f"{current}.{spec['max_files'] - 1}{suffix}"
        if os.path.exists(last):
            world.unlink(last)
    for number in range(spec["max_files"] - 2, 0, -1):
        for suffix in ("", ".gz"):
            if os.path.exists(f"{current}.{number}{suffix}"):
                world.rename(f"{current}.{number}{suffix}", f"{current}.{number + 1}{suffix}")
    world.rename(current, current + ".1")
    container.open_current()
    if spec["gzip"]:
        yield 0.02
        yield from compress(world, current + ".1", current + ".1.tmp", current + ".1.gz")


def plain_rotate(container, spec):
    yield from container.quiet()
    world, current = container.world, container.current_path()
    if spec["copytruncate"]:
        if os.path.exists(current + ".1"):
            os.unlink(current + ".1")  # the copy is always a new file (logrotate opens it with O_EXCL)
        shutil.copyfile(current, current + ".1")
        yield container.random.uniform(0, 0.005)  # what is written now is lost: logrotate's manual says so
        yield from container.quiet()
        os.truncate(current, 0)
        world.truncated(container, current)
        return
    world.replace(current, current + ".1")
    yield container.random.uniform(*spec["reopen_delay"])
    yield from container.quiet()
    if not container.ended:
        container.open_current()


ROTATE = {"cri": kubelet_rotate, "docker": docker_rotate, "plain": plain_rotate}
