"""What watching containers between scrapes costs in the background, on a full node that nobody scrapes."""

import os
import time

from bench_cgroups import kernel_cgroups, make_cgroups
from bench_support import cpu_seconds, e2e_support, peak_rss


def _background(directory, sys_root, mode, seconds):
    """(share of a core, peak RSS) of an agent without log outputs; after the first looks at everything."""
    agent = e2e_support.Agent(
        host_root=directory,
        host={"proc": "/proc", "sys": sys_root},
        log_level="warn",
        logs={"sources": []},
        metrics={"mode": mode},
    )
    try:
        time.sleep(3)
        before = cpu_seconds(agent.child.pid)
        time.sleep(seconds)
        percent = (cpu_seconds(agent.child.pid) - before) / seconds * 100
        return percent, peak_rss(agent.child.pid)
    finally:
        agent.remove()


def _measure(directory, sys_root, seconds):
    (on, rss_on), (off, rss_off) = (_background(directory, sys_root, mode, seconds) for mode in ("all", "none"))
    return {"on_percent": on, "off_percent": off, "rss_bytes": rss_on - rss_off}


def bench_sampler(directory, containers, seconds):
    """With the watch and without it, of files and of the kernel's own cgroups; `seconds` holds two walks at least."""
    seconds = max(seconds, 20)
    os.makedirs(directory)
    figures = {"containers": containers, "files": _measure(directory, make_cgroups(directory, containers), seconds)}
    with kernel_cgroups(os.path.join(directory, "kernel"), containers) as sys_root:
        if sys_root:
            figures["kernel"] = _measure(os.path.dirname(sys_root), sys_root, seconds)
    return figures


if __name__ == "__main__":
    import json
    import tempfile

    with tempfile.TemporaryDirectory(prefix="supercargo-bench-") as place_of_files:
        print(json.dumps(bench_sampler(os.path.join(place_of_files, "tree"), 250, 20), indent=2))
