"""node_exporter runs beside the agent: what it tells of this machine, the agent tells, too.

Each family of node_exporter must be there under its name, with its type, HELP and label sets. A value is right when
node_exporter's lies between two of ours, read before and after it. What moves both ways (free memory) may fail that once
by chance, so there are several rounds: a value must lie between in one of them, and a wrong unit or field never does.

Debian 12 has release 1.5, whose names and labels are the agent's. It holds with 1.11, too (first in PATH): what
that has beside or in the place of them is named here.
"""

import math
import os
import re
import shutil
import tempfile
import time
import unittest

import e2e_support
from e2e_support import SHARED_SECONDS, Agent, Process, free_port, get, settled, wait_until

PROGRAM = "prometheus-node-exporter"
ROUNDS = 12

# Families of node_exporter's own process, which is not ours: its runtime and its HTTP library.
NOT_OURS = re.compile(r"go_|promhttp_")

# Families whose values tell of the exporter itself: theirs and ours are different processes.
OTHER_PROCESS = re.compile(r"process_|node_exporter_build_info$|node_scrape_collector_duration_seconds$")

# Debian's build has other defaults than node_exporter's own, which are the agent's.
DEFAULTS = (
    "--no-collector.systemd",
    "--collector.netdev.device-exclude=",
    r"--collector.diskstats.device-exclude=^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$",
    "--collector.filesystem.mount-points-exclude="
    "^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)",
    "--collector.filesystem.fs-types-exclude=^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|"
    "hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|erofs|sysfs|tracefs)$",
)

# Off by default; profile `full` has them.
FULL = (
    "--collector.buddyinfo",
    "--collector.interrupts",
    "--collector.ksmd",
    "--collector.meminfo_numa",
    "--collector.processes",
    "--collector.slabinfo",
    "--collector.stat.softirq",
    "--collector.tcpstat",
    "--collector.zoneinfo",
)

# Their series are states that come and go: which there are, differs from one moment to the next.
OF_A_MOMENT = re.compile(r"node_processes_(threads_)?state$|node_tcp_connection_states$")

# So many figures that go up and down all the time that some always jump over: the host's range of all rounds counts.
RESTLESS = re.compile(r"node_(buddyinfo|memory_numa|processes|slabinfo|tcp|zoneinfo)_")

# node_exporter adds to the bytes that wait to be sent how many connections may wait at each socket that listens.
SENT_BYTES = ("node_tcp_connection_states", (("state", "tx_queued_bytes"),))

# What 1.9 to 1.11 brought: labels, collectors that only some machines have figures for, and families that are
# always 0 on Linux or tell of the network namespace, not of the process. The agent has none of them,
NEWER_LABELS = {"adminstate", "device_error", "rotational", "tags"}
NEWER_COLLECTORS = {"bcachefs", "watchdog"}
NEWER_FAMILIES = re.compile(r"node_filesystem_purgeable_bytes|node_softnet_cpu_collision_total|process_network_")

# and these it has, which 1.5 does not.
NEWER_IN_OURS = re.compile(
    r"node_softnet_(flow_limit_count_total|received_rps_total|backlog_len)|node_netstat_TcpExt_TCP(OFOQueue|RcvQDrop)"
    r"|node_kernel_hung_tasks_total|node_filesystem_mount_info"
)
NEWER_COLLECTOR_IN_OURS = "kernel_hung"

# 1.9 left out, for a list of its own, what 1.5 shows of any kernel's /proc/meminfo.
NOT_IN_NEWER = re.compile(r"node_memory_")

# Its collectors open sockets, and 1.11 looks for `ro` in options that it joins without commas, in any order.
OTHERWISE_IN_NEWER = re.compile(r"node_sockstat_sockets_used$|node_filesystem_readonly$")

TEXT_FILE = """# HELP backup_last_success_seconds When the last backup ended.
# TYPE backup_last_success_seconds gauge
backup_last_success_seconds{target="s3",path="C:\\\\x \\"y\\""} 1.7e9
# TYPE backup_files_total counter
backup_files_total 12
smart_temperature{disk="sda"} 31.5
# HELP backup_seconds How long backups take.
# TYPE backup_seconds histogram
backup_seconds_bucket{le="10"} 1
backup_seconds_bucket{le="+Inf"} 3
backup_seconds_sum 66.5
backup_seconds_count 3
# TYPE restore_seconds summary
restore_seconds{quantile="0.5"} 4
restore_seconds_sum 8
restore_seconds_count 2
"""


class NodeExporter(Process):
    def __init__(self, *options):
        self.port = free_port()
        super().__init__("node-exporter", [PROGRAM, f"--web.listen-address=127.0.0.1:{self.port}", *options])
        wait_until(lambda: self.running() and get(self.port, "/")[0] == 200, "node_exporter")

    def families(self):
        return parse(get(self.port, "/metrics")[1])


class Family:
    def __init__(self):
        self.type = self.help = None
        self.samples = {}  # {(name, ((label, value), ...)): value}


def parse(text):
    """{name: Family} of an exposition in text 0.0.4."""
    families = {}
    current = None
    for line in text.splitlines():
        header = re.fullmatch(r"# (HELP|TYPE) ([^ ]+) (.*)", line)
        if header:
            kind, current, rest = header.groups()
            setattr(families.setdefault(current, Family()), kind.lower(), rest)
            continue
        sample = re.fullmatch(r"([^ {]+)(?:\{(.*)\})? ([^ ]+)", line)
        if not sample:
            raise AssertionError(f"no line of an exposition: {line}")
        name, labels, value = sample.groups()
        pairs = re.findall(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"', labels or "")
        pairs = [(label, text) for label, text in pairs if label not in NEWER_LABELS]
        if dict(pairs).get("collector") in NEWER_COLLECTORS:
            continue
        family = families[current if name.startswith(current or "\0") else name]
        key = (name, tuple(sorted(pairs)))
        if key in family.samples:
            raise AssertionError(f"twice: {line}")
        family.samples[key] = float(value)
    return families


def lies_between(before, value, after):
    if any(math.isnan(number) for number in (before, value, after)):
        return math.isnan(value) and (math.isnan(before) or math.isnan(after))
    slack = 1e-9 * max(abs(before), abs(after))  # the last digit of a division
    return min(before, after) - slack <= value <= max(before, after) + slack


class NodeExporterTest(unittest.TestCase):
    PROFILE = "default"
    FLAGS = ()

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.mkdtemp(prefix="supercargo-e2e-textfile-")
        cls.addClassCleanup(shutil.rmtree, cls.directory, ignore_errors=True)
        with open(os.path.join(cls.directory, "backup.prom"), "w", encoding="utf-8") as out:
            out.write(TEXT_FILE)
        node = {"textfile_directory": cls.directory, "disabled_collectors": ["systemd"]}  # test_systemd.py has it
        cls.agent = Agent(
            logs={"sources": []},
            metrics={"mode": "replace", "profile": cls.PROFILE, "node": node},
        )
        cls.addClassCleanup(cls.agent.remove)
        cls.original = NodeExporter(f"--collector.textfile.directory={cls.directory}", *DEFAULTS, *cls.FLAGS)
        cls.addClassCleanup(cls.original.remove)
        cls.rounds = []
        before = parse(cls.agent.metrics())
        for _ in range(ROUNDS):
            theirs = cls.original.families()
            time.sleep(SHARED_SECONDS)
            after = parse(cls.agent.metrics())
            cls.rounds.append((before, theirs, after))
            if not cls.wrong_values():
                break
            before = after

    @classmethod
    def wrong_values(cls):
        """Samples that lay between ours in no round, with what was seen last."""
        wrong = {}
        right = set()
        ranges = cls.restless_ranges()
        for before, theirs, after in cls.rounds:
            for name, family in theirs.items():
                if NOT_OURS.match(name) or OTHER_PROCESS.match(name):
                    continue
                if cls.is_newer(theirs) and OTHERWISE_IN_NEWER.match(name):
                    continue
                for key, value in family.samples.items():
                    if key == SENT_BYTES:
                        continue
                    ours = [side[name].samples.get(key) if name in side else None for side in (before, after)]
                    if None in ours:
                        continue  # a difference of label sets
                    if RESTLESS.match(name):
                        ours = ranges[key]
                    if lies_between(ours[0], value, ours[1]):
                        right.add(key)
                    else:
                        wrong[key] = (ours[0], value, ours[1])
        return {key: values for key, values in wrong.items() if key not in right}

    @classmethod
    def restless_ranges(cls):
        """{key: (least, most)} of ours over all rounds."""
        ranges = {}
        for side in [cls.rounds[0][0]] + [after for _, _, after in cls.rounds]:
            for name, family in side.items():
                if RESTLESS.match(name):
                    for key, value in family.samples.items():
                        least, most = ranges.get(key, (value, value))
                        ranges[key] = (min(least, value), max(most, value))
        return ranges

    @staticmethod
    def is_newer(theirs):
        ((_, labels),) = theirs["node_exporter_build_info"].samples
        version = dict(labels)["version"].split(".")
        return (int(version[0]), int(version[1])) >= (1, 9)

    def pairs(self):
        """(name, theirs, ours) of each family that is both sides' business."""
        _, theirs, ours = self.rounds[-1]
        for name, family in sorted(theirs.items()):
            if not NOT_OURS.match(name) and not NEWER_FAMILIES.match(name):
                yield name, family, ours.get(name, Family())

    def test_no_family_is_missing(self):
        self.assertGreater(len(list(self.pairs())), 200)
        self.assertEqual([name for name, _, ours in self.pairs() if not ours.samples], [])

    def test_types_and_help_are_equal(self):
        for name, theirs, ours in self.pairs():
            with self.subTest(name):
                self.assertEqual((ours.type, ours.help), (theirs.type, theirs.help))

    def test_label_sets_are_equal(self):
        """Mounts and network devices of other tests come and go: what ours has before and after, theirs has."""
        before = self.rounds[-1][0]
        for name, theirs, after in self.pairs():
            sets = [set(side.samples) for side in (before.get(name, Family()), theirs, after)]
            if OF_A_MOMENT.match(name):
                sets = [{(sample, *(label for label, _ in labels)) for sample, labels in side} for side in sets]
            if name != "node_exporter_build_info":  # tells of another program
                with self.subTest(name):
                    alone = sorted((sets[0] & sets[2]) - sets[1])
                    alone = [sample for sample in alone if ("collector", NEWER_COLLECTOR_IN_OURS) not in sample[1]]
                    self.assertEqual(alone, [], "ours alone")
                    self.assertEqual(sorted(sets[1] - (sets[0] | sets[2])), [], "theirs alone")

    def test_the_build_info_has_the_labels_that_dashboards_ask_for(self):
        _, theirs, ours = self.rounds[-1]
        names = [
            [name for name, _ in key[1]]
            for side in (theirs, ours) for key in side["node_exporter_build_info"].samples
        ]
        self.assertEqual(names[0], names[1])

    def test_values_are_equal(self):
        self.assertEqual(self.wrong_values(), {})

    def test_nothing_under_the_nodes_names_is_ours_alone(self):
        _, theirs, ours = self.rounds[-1]
        alone = [name for name in ours if name.startswith("node_") and name not in theirs]
        known = NOT_IN_NEWER if self.is_newer(theirs) else NEWER_IN_OURS
        self.assertEqual([name for name in alone if not known.match(name)], [])


class FullProfileTest(NodeExporterTest):
    """With what both have and leave off by default."""

    PROFILE = "full"
    FLAGS = FULL

    def test_what_is_off_by_default_is_there(self):
        _, theirs, ours = self.rounds[-1]
        for name in ("node_interrupts_total", "node_processes_threads_state", "node_softirqs_total"):
            self.assertTrue(theirs[name].samples, name)
            self.assertGreater(len(ours[name].samples), 1, name)

    def test_bytes_to_send_are_bytes_alone(self):
        """Theirs has the places of the sockets that listen besides, this agent's among them."""

        def bytes_to_send(families):
            return families["node_tcp_connection_states"].samples[SENT_BYTES]

        def fewer_than_theirs():
            before = parse(self.agent.metrics())
            theirs = self.original.families()
            time.sleep(SHARED_SECONDS)
            after = parse(self.agent.metrics())
            self.assertLess(min(bytes_to_send(before), bytes_to_send(after)), bytes_to_send(theirs))

        settled(fewer_than_theirs)


if __name__ == "__main__":
    e2e_support.main(e2e_support.program_is_missing(PROGRAM))
