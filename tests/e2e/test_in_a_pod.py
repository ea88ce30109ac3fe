"""The agent in a pod of its own, with and without root: what it tells of the host is true or left out.

One agent runs on the host, one in namespaces of its own without capabilities. A value of the second is right
when it lies between those of the first, read before and after. What moves both ways may fail that by chance, so
there are several rounds: a value must lie between in one of them, and one of another namespace never does.
"""

import os
import re
import socket
import time
import unittest

import e2e_support
from e2e_support import SHARED_SECONDS, Agent, wait_until
from pod_agent import POD_NAME, PodAgent
from prometheus_process import Prometheus, scrape_of

ROUNDS = 12

# They tell of the agent, not of the host.
OWN = re.compile(r"(supercargo|process)_|node_scrape_collector_|node_exporter_build_info")

# Of all networks together: those that ask the agent in the pod, through a forwarder, count more than those of the host.
OF_ASKING = re.compile(r"node_sockstat_TCP_(alloc|mem)")

# Labels that say what machine it is, from files that are not mounted in a pod, or that root alone may read.
NOT_MOUNTED = re.compile(r'(machine_id|system_uuid|osVersion)="[^"]*"')
FOR_ROOT = re.compile(r'(board_serial|chassis_serial|product_serial|product_uuid)="[^"]*",?')

# Collectors that may be unavailable in a pod and are not on the host.
IN_A_POD = {
    "cgroup", "conntrack", "container_filesystem", "filesystem", "os", "processes", "slabinfo", "systemd",
    "time", "uname",
}

TARGET = {"namespace": "monitoring", "pod": "supercargo-x", "container": "supercargo"}
FULL = {"profile": "full"}  # every collector there is
TEN_NS = 1e-8  # of a counter in seconds that is a quotient in one and a product in the other reading


def host_samples(text):
    """{family and labels: value} of what is told of the host."""
    samples = {}
    for line in text.splitlines():
        if not line.startswith("#") and not OWN.match(line) and not OF_ASKING.match(line):
            series, _, value = line.rpartition(" ")
            samples[FOR_ROOT.sub("", NOT_MOUNTED.sub(r'\1=""', series))] = float(value)
    return samples


def families(samples):
    return {series.partition("{")[0] for series in samples}


def mount_points(agent):
    return {labels["mountpoint"] for labels, _ in agent.samples("node_filesystem_size_bytes")}


def unavailable(agent):
    found = agent.samples("supercargo_collector_unavailable")
    return {labels["collector"]: labels["reason"] for labels, _ in found}


def collectors_of_families():
    """{family: its collector}, by the sections of METRICS.md."""
    collectors = {}
    with open(os.path.join(e2e_support.REPOSITORY, "METRICS.md"), encoding="utf-8") as page:
        for line in page:
            if line.startswith("## "):
                section = line[3:].strip()
            elif line.startswith("| `"):
                collectors[line.split("`")[1]] = section
    return collectors


class Bounds:
    """Between which values the host's samples were so far."""

    def __init__(self, agent):
        self.agent = agent
        self.bounds = {}

    def read(self):
        for series, value in host_samples(self.agent.metrics()).items():
            low, high = self.bounds.get(series, (value, value))
            self.bounds[series] = (min(low, value), max(high, value))

    def wrong(self, samples):
        """{series: (value, bounds)} of those that are none of the host's."""
        found = {}
        for series, value in samples.items():
            bounds = self.bounds.get(series)
            if not bounds or not bounds[0] - TEN_NS <= value <= bounds[1] + TEN_NS:
                found[series] = (value, bounds)
        return found


def wrong_samples(host, pod):
    """{series: (value in the pod, bounds)} of samples that are not between the host's in any round."""
    wrong = None
    bounds = Bounds(host)
    for _ in range(ROUNDS):
        bounds.read()
        inside = host_samples(pod.metrics())
        time.sleep(SHARED_SECONDS)
        bounds.read()
        found = bounds.wrong(inside)
        wrong = found if wrong is None else {series: found[series] for series in wrong if series in found}
        if not wrong:
            break
    return wrong


class InAPodTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.host = cls.started(Agent(logs={"sources": []}, metrics=FULL))

    @classmethod
    def started(cls, process):
        cls.addClassCleanup(process.remove)
        return process

    def expect_true_or_left_out(self, pod):
        self.assertEqual(wrong_samples(self.host, pod), {})
        self.assertGreater(len(host_samples(pod.metrics())), 300)
        reasons = unavailable(pod)
        collectors = collectors_of_families()

        def without_a_word():
            left_out = families(host_samples(self.host.metrics())) - families(host_samples(pod.metrics()))
            return {family for family in left_out if collectors.get(family) not in reasons}

        wait_until(lambda: not without_a_word(), lambda: f"left out without a word: {without_a_word()}", 10)
        for collector in set(reasons) - set(unavailable(self.host)):
            self.assertIn(collector, IN_A_POD, reasons[collector])
        failed = [labels for labels, value in pod.samples("supercargo_collector_success") if value != 1]
        self.assertEqual(failed, [])
        return reasons

    def expect_capabilities(self, pod, uid):
        """Of the process that listens in there: none, and the right user."""
        with open(f"/proc/{pod.child.pid}/task/{pod.child.pid}/children", encoding="ascii") as children:
            child = children.read().split()[0]
        with open(f"/proc/{child}/status", encoding="ascii") as status:
            fields = dict(line.split(":\t", 1) for line in status.read().splitlines() if ":\t" in line)
        self.assertEqual(fields["Name"], "supercargo")
        self.assertEqual(fields["Uid"].split(), [str(uid)] * 4)
        for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb"):
            self.assertEqual(int(fields[name], 16), 0, name)

    def test_as_root_without_capabilities_and_the_charts_mounts(self):
        logs = {"sources": [{"type": "kubernetes", "path": "/var/log/pods"}]}
        pod = self.started(PodAgent(logs=logs, metrics=FULL))
        self.expect_capabilities(pod, 0)
        reasons = self.expect_true_or_left_out(pod)
        for collector in ("cgroup", "conntrack", "filesystem", "uname"):
            self.assertIn(collector, reasons)
        self.assertNotIn(POD_NAME, pod.metrics("/metrics/node"))

    def test_as_nobody_metrics_alone(self):
        pod = self.started(PodAgent(uid=65532, logs={"sources": []}, metrics=FULL))
        self.expect_capabilities(pod, 65532)
        self.expect_true_or_left_out(pod)

    def test_with_the_whole_host_mounted_file_systems_are_told(self):
        pod = self.started(PodAgent(mounts="whole", logs={"sources": []}, metrics=FULL))
        reasons = self.expect_true_or_left_out(pod)
        self.assertNotIn("filesystem", reasons)
        self.assertNotIn("os", reasons)
        self.assertEqual(mount_points(pod), mount_points(self.host))

    def test_networks_are_the_hosts_and_not_the_pods(self):
        pod = self.started(PodAgent(logs={"sources": []}))
        inside = {labels["device"] for labels, _ in pod.samples("node_network_receive_bytes_total")}
        outside = {labels["device"] for labels, _ in self.host.samples("node_network_receive_bytes_total")}
        self.assertEqual(inside, outside)
        self.assertLessEqual({name for _, name in socket.if_nameindex()}, inside | {"lo"})

    @unittest.skipUnless(e2e_support.program_is_missing("prometheus")() is None, "no Prometheus")
    def test_no_series_takes_the_labels_of_the_agents_own_pod(self):
        pod = self.started(PodAgent(logs={"sources": []}))
        prometheus = self.started(Prometheus([scrape_of(pod.port, labels=TARGET, honor_labels=True)]))
        wait_until(lambda: prometheus.query('container_cpu_usage_seconds_total{id="/"}'), "a scrape")
        total = prometheus.query('count({__name__=~"container_.+"})')[0][1]
        self.assertGreater(total, 50)
        for label, value in TARGET.items():
            self.assertEqual(prometheus.query(f'{{__name__=~"container_.+",{label}="{value}"}}'), [])
        # A node's series and the agent's own have no such labels: they take the target's, as node_exporter's.
        self.assertEqual(prometheus.query("node_load1")[0][0]["pod"], TARGET["pod"])
        self.assertEqual(prometheus.query('up{pod="supercargo-x"}')[0][1], 1)


def not_root():
    return None if os.geteuid() == 0 else "namespaces need root"


if __name__ == "__main__":
    programs = ("unshare", "setpriv", "ip")
    e2e_support.main(not_root, *(e2e_support.program_is_missing(name) for name in programs))
