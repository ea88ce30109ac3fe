"""Cgroups that a test made, with whatever runs in them."""

import contextlib
import os
import signal
import time

from containerd_bed import cgroup_hierarchies


def remove_cgroups(root, seconds=10):
    """With their processes, in every hierarchy."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and any(os.path.isdir(h + root) for h in cgroup_hierarchies()):
        for hierarchy in cgroup_hierarchies():
            for directory, _, _ in os.walk(hierarchy + root, topdown=False):
                with contextlib.suppress(OSError), open(f"{directory}/cgroup.procs", encoding="ascii") as processes:
                    for pid in processes.read().split():
                        os.kill(int(pid), signal.SIGKILL)
                with contextlib.suppress(OSError):
                    os.rmdir(directory)
        time.sleep(0.2)
