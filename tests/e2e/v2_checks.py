"""What the agent in a v2_machine.py says, held beside the files of that machine's kernel."""

import json
import re

from v2_machine import APP, KILLS, NAMESPACE, POD, POD_CGROUP, SHORT_LIVED


class Checks:
    """What the agent says of the machine beside the kernel's own files; `failed` counts what differs."""

    def __init__(self, found):
        self.files = found["files"]
        self.metrics = found["metrics"]
        self.events = [json.loads(json.loads(line)["line"]) for line in found["events"].splitlines() if line]
        self.failed = 0

    def key(self, cgroup, file, key):
        return float(re.search(rf"^{re.escape(key)} (\S+)$", self.files[cgroup, file], re.MULTILINE).group(1))

    def pressure(self, cgroup, file, line):
        return float(re.search(rf"^{line} .*total=(\d+)$", self.files[cgroup, file], re.MULTILINE).group(1))

    def has_pressure(self):
        return (APP, "cpu.pressure") in self.files

    def number(self, cgroup, file):
        return float(self.files[cgroup, file].split()[0])

    def sample(self, name, *parts):
        """The value of the one sample of the family that has all the parts in its labels."""
        lines = [line for line in self.metrics.splitlines() if re.match(name + r"[{ ]", line)]
        lines = [line for line in lines if all(part in line for part in parts)]
        return float(lines[0].rpartition(" ")[2]) if len(lines) == 1 else None

    def expect(self, what, value, wanted, tolerance=0.0):
        right = value is not None and abs(value - wanted) <= tolerance
        self.failed += not right
        print(f"{'ok  ' if right else 'FAIL'} {what}: {value}, the kernel has {wanted}")

    def usage_of(self, cgroup):
        label = f'id="{cgroup}"'
        for name, key in (("usage", "usage_usec"), ("user", "user_usec"), ("system", "system_usec")):
            value = self.sample(f"container_cpu_{name}_seconds_total", label)
            self.expect(f"cpu {name} of {cgroup[-8:]}", value, self.key(cgroup, "cpu.stat", key) / 1e6, 1e-6)
        for resource in ("cpu", "memory", "io") if self.has_pressure() else ():
            for line, name in (("some", "waiting"), ("full", "stalled")):
                value = self.sample(f"container_pressure_{resource}_{name}_seconds_total", label)
                wanted = self.pressure(cgroup, f"{resource}.pressure", line) / 1e6
                self.expect(f"{resource} pressure, {name}, of {cgroup[-8:]}", value, wanted, 1e-6)
        kinds = (("rss", "anon"), ("cache", "file"), ("kernel_usage", "kernel"), ("mapped_file", "file_mapped"))
        for name, key in kinds:
            value = self.sample(f"container_memory_{name}", label)
            self.expect(f"memory {name} of {cgroup[-8:]}", value, self.key(cgroup, "memory.stat", key))
        current = self.number(cgroup, "memory.current")
        self.expect("memory usage", self.sample("container_memory_usage_bytes", label), current)
        inactive = self.key(cgroup, "memory.stat", "inactive_file")
        self.expect("working set", self.sample("container_memory_working_set_bytes", label), current - inactive)
        for name in ("pgscan", "pgsteal", "workingset_refault_file", "workingset_refault_anon"):
            value = self.sample(f"container_memory_{name}_total", label)
            self.expect(name, value, self.key(cgroup, "memory.stat", name))
        for name in ("high", "max"):
            value = self.sample(f"container_memory_events_{name}_total", label)
            self.expect(f"memory events {name}", value, self.key(cgroup, "memory.events", name))
        threads = self.sample("container_threads", label)
        self.expect("threads", threads, self.number(cgroup, "pids.current"))

    def limits_and_kills(self):
        label = f'id="{APP}"'
        self.expect("quota", self.sample("container_spec_cpu_quota", label), 20000)
        self.expect("limit", self.sample("container_spec_memory_limit_bytes", label), 24 << 20)
        for name, key in (("periods", "nr_periods"), ("throttled_periods", "nr_throttled")):
            value = self.sample(f"container_cpu_cfs_{name}_total", label)
            self.expect(f"cfs {name}", value, self.key(APP, "cpu.stat", key))
        throttled = self.sample("container_cpu_cfs_throttled_seconds_total", label)
        self.expect("throttled seconds", throttled, self.key(APP, "cpu.stat", "throttled_usec") / 1e6, 1e-6)
        self.expect("OOM kills of the container", self.sample("container_oom_events_total", label), KILLS)
        kills = self.sample("supercargo_pod_oom_kills_total", f'pod="{POD}"')
        self.expect("OOM kills of the pod", kills, KILLS + SHORT_LIVED)
        if self.has_pressure():
            waiting = self.sample("container_pressure_cpu_waiting_seconds_total", label)
            self.expect("was throttled for a while, so that it waited", float((waiting or 0) > 1), 1)

    def what_scrapes_hide(self):
        labels = ('container="app"', f'pod="{POD}"')
        all_kills = KILLS + SHORT_LIVED
        for name, wanted in (("starts", SHORT_LIVED), ("exits", SHORT_LIVED), ("oom_kills", all_kills)):
            counted = self.sample(f"supercargo_container_{name}_total", *labels)
            self.expect(f"{name} of all of the name", counted, wanted)
        summed = self.sample("supercargo_namespace_oom_kills_total", f'namespace="{NAMESPACE}"')
        self.expect("OOM kills of the namespace", summed, all_kills)
        for event in ("container_start", "container_exit"):
            self.expect(f"events {event}", sum(it["event"] == event for it in self.events), SHORT_LIVED)
        kills = sum(it["oom_kills"] for it in self.events if it["event"] == "oom_kill")
        self.expect("OOM kills in events", kills, all_kills)

    def all(self):
        for cgroup in (POD_CGROUP, APP):
            self.usage_of(cgroup)
        self.limits_and_kills()
        self.what_scrapes_hide()
        print(f"{self.failed} failed")
        return self.failed
