"""What a kubelet's /metrics/cadvisor has and the agent's has not, or has differently, but for what agent/adr/0007 tells."""

import collections
import dataclasses
import re

# What is told there, by family: only the kubelet has it.
LEFT_OUT = re.compile(
    "container_cpu_load_(d_)?average_10s|container_tasks_state|container_file_descriptors|container_sockets|"
    "container_health_state|container_fs_(reads|writes|sector_.*|.*_merged|.*_seconds|io_.*)_total|container_fs_io_current|"
    "machine_nvm_.*|machine_cpu_(books|drawers)")
# Values that jump between two readings: pages that each processor holds in advance, the buffers of an agent that is asked, children
# of a shell, and all that others do on the machine.
JUMP_OF_MEMORY = 2**20
JUMP_OF_THE_AGENT = 8 * 2**20
JUMP_OF_TASKS = 3
CLOCK = 0.25  # s, beside the moments of our readings


@dataclasses.dataclass
class Exposition:
    types: dict
    series: dict  # {family: {sorted labels: (value, Unix time or None)}}


def read_exposition(text):
    read = Exposition({}, collections.defaultdict(dict))
    for line in text.splitlines():
        of_type = re.match(r"# TYPE (\S+) (\S+)", line)
        if of_type:
            read.types[of_type[1]] = of_type[2]
        elif not line.startswith("#"):
            name, labels, value, stamp = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)(?: (\d+))?", line).groups()
            key = tuple(sorted(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels or "")))
            assert key not in read.series[name], f"twice: {line}"
            read.series[name][key] = (float(value), int(stamp) / 1000 if stamp else None)
    return read


def differences(ours, theirs, root):
    """Texts. ours: [(Unix time, Exposition)], before and after theirs; root: the cgroup of the kubelet's pods."""
    found = []
    newest = ours[-1][1]
    for family, kind in sorted(theirs.types.items()):
        if LEFT_OUT.fullmatch(family):
            continue
        if newest.types.get(family) != kind:
            found.append(f"{family}: {kind} there, {newest.types.get(family)} here")
            continue
        found += _differences_of_series(family, ours, theirs, root)
    return found


def _differences_of_series(family, ours, theirs, root):
    here = [(when, {_as_here(key): value for key, (value, _) in read.series[family].items()}) for when, read in ours]
    there = {_as_here(key): value for key, value in theirs.series[family].items()}
    found = []
    for key, (value, when) in there.items():
        if _is_told(family, dict(key)):
            continue
        values = [read[key] for moment, read in here if key in read and _is_near(moment, when, ours)]
        if not values:
            found.append(f"{family}{dict(key)}: {value} there, nothing here")
        elif not _is_between(family, dict(key), value, values):
            found.append(f"{family}{dict(key)}: {value} there, {min(values)} to {max(values)} here")
    known = {dict(key).get("id") for key in there}
    for key in here[-1][1]:
        if key not in there and dict(key).get("id", "").startswith(root) and dict(key)["id"] in known:
            found.append(f"{family}{dict(key)}: only here")
    return found


def _as_here(key):
    """No API server tells the image of pause containers, which have no place in a pod's status."""
    labels = dict(key)
    if labels.get("name") and not labels.get("container"):
        labels["image"] = "unknown"
    return tuple(sorted(labels.items()))


def _is_near(moment, when, ours):
    """Whether our reading is one of the two around that moment; without a time stamp: one of the last six."""
    if when is None:
        return moment >= ours[-6][0]
    before = [m for m, _ in ours if m <= when - CLOCK]
    after = [m for m, _ in ours if m >= when + CLOCK]
    return (max(before) if before else when) <= moment <= (min(after) if after else when + 5)


def _is_between(family, labels, value, values):
    share, slack = 0.0005, 0.02
    if re.match("container_memory_(?!failures|failcnt)", family):
        slack = JUMP_OF_THE_AGENT if labels["namespace"] == "monitoring" else JUMP_OF_MEMORY
    elif family in ("container_threads", "container_processes"):
        slack = JUMP_OF_TASKS
    if labels.get("id") == "/" and slack > 1:
        share = 0.3
    return min(values) * (1 - share) - slack <= value <= max(values) * (1 + share) + slack


def _is_told(family, labels):
    identity = labels.get("id", "")
    if family == "container_scrape_error":
        return not labels  # here it has the six labels
    if family == "container_memory_failures_total":
        return labels["scope"] == "hierarchy" and not labels["name"]  # of v1
    if family == "container_oom_events_total":
        return not labels["name"]
    if family in ("container_threads", "container_threads_max"):
        return identity == "/"
    return family.startswith("container_fs_") and identity == "/" and labels["device"].startswith(("/dev/shm", "/sys/", "overlay_"))
