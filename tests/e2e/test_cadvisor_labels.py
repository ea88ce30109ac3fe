"""The nodes of nodes/*.txt: every cgroup has the labels that it has with cAdvisor, nothing else has series.

What each answers as a whole stands in nodes/*.golden; SUPERCARGO_UPDATE_GOLDEN=1 writes the files anew, for you to
look at the difference. Debian's Prometheus scrapes all of them, as targets that have labels of their own, and evaluates what the
mixins ask.
"""

import functools
import os
import re
import unittest

import e2e_support
from cadvisor_golden import golden_of
from cgroup_node_files import LIMITED
from cgroup_nodes import NODES, PODS, NodeTree, node_names
from e2e_support import Agent, wait_until
from prometheus_process import Prometheus, scrape_of

# What Prometheus knows of the agent's own pod: it fills in where a series has no such label.
TARGET = {"namespace": "monitoring", "pod": "supercargo-x", "container": "supercargo"}

BASE = ("id", "container", "image", "name", "namespace", "pod")
HOST_NETWORK = PODS["agent"][:2]


def series(text, name):
    """{labels in the order of BASE: value}; fails by further labels but the CPU and the interface."""
    found = {}
    for line in text.splitlines():
        match = re.fullmatch(re.escape(name) + r"\{(.*)\} ([^ ]+)", line)
        if match:
            labels = dict(re.findall(r'(\w+)="([^"]*)"', match.group(1)))
            key = tuple(labels.pop(label) for label in BASE)
            assert key not in found, f"{line} is there twice"
            assert set(labels) <= {"cpu", "interface"}, line
            found[key] = float(match.group(2))
    return found


class Node:
    def __init__(self, name, number):
        self.name = name
        self.tree = NodeTree(name)
        self.agent = Agent(**self.tree.config())
        self.rows = [row for row in self.tree.rows if row.has_series]
        self.apps = [row for row in self.rows if row.is_app()]
        self.limited = [row for row in self.apps if row.key in LIMITED]
        self.target = {**TARGET, "node": f"n{number}"}

    def remove(self):
        self.agent.remove()
        self.tree.remove()


def for_each_node(test):
    """The test once for each node, each result on its own."""

    @functools.wraps(test)
    def run(self):
        for name, node in self.nodes.items():
            with self.subTest(node=name):
                test(self, node)

    return run


class LabelsTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.nodes = {}
        for number, name in enumerate(node_names()):
            cls.nodes[name] = Node(name, number)
            cls.addClassCleanup(cls.nodes[name].remove)
        scrapes = [
            scrape_of(
                node.agent.port, f"job{number}", node.target, honor_labels=True, metrics_path="/metrics/cadvisor"
            )
            for number, node in enumerate(cls.nodes.values())
        ]
        cls.prometheus = Prometheus(scrapes)
        cls.addClassCleanup(cls.prometheus.remove)
        wait_until(lambda: len(cls.prometheus.query("up == 1")) == len(cls.nodes), cls.prometheus.targets)

    def select(self, node, expression, by=BASE):
        """{labels: value} of an expression with NODE where the node's matcher stands."""
        matcher = f'node="{node.target["node"]}"'
        found = wait_until(lambda: self.prometheus.query(expression.replace("NODE", matcher)), expression)
        return {tuple(labels.get(label, "") for label in by): value for labels, value in found}

    @for_each_node
    def test_each_cgroup_has_its_labels_and_no_other_has_series(self, node):
        text = node.agent.metrics("/metrics/cadvisor")
        expected = {row.labels: row.memory for row in node.rows}
        if node.tree.version == 2:  # the root has no file of its usage: anonymous memory and files
            expected[node.rows[0].labels] = 524288 + 262144
        self.assertEqual(series(text, "container_memory_usage_bytes"), expected)
        self.assertEqual(set(series(text, "container_cpu_usage_seconds_total")), set(expected))

    @for_each_node
    def test_the_whole_answer_is_the_golden_one(self, node):
        golden = os.path.join(NODES, f"{node.name}.golden")
        text = golden_of(node.agent.metrics("/metrics/cadvisor"))
        if os.environ.get("SUPERCARGO_UPDATE_GOLDEN"):
            with open(golden, "w", encoding="utf-8") as out:
                out.write(text)
        with open(golden, encoding="utf-8") as file:
            self.assertEqual(text, file.read())

    @for_each_node
    def test_no_series_of_a_container_takes_a_label_of_the_target(self, node):
        matcher = f'{{__name__=~"container_.+",node="{node.target["node"]}"}}'
        self.assertGreater(len(self.prometheus.query(matcher)), 100)
        for label, value in TARGET.items():
            self.assertEqual(self.prometheus.query(f'{matcher[:-1]},{label}="{value}"}}'), [])

    @for_each_node
    def test_container_and_image_select_the_containers_of_apps(self, node):
        expressions = (
            'container_memory_working_set_bytes{NODE,container!="",image!="",container!="POD"}',
            'container_memory_rss{NODE,container!="",container!="POD"}',
            'container_memory_cache{NODE,image!="",container!="",container!="POD"}',
        )
        for expression in expressions:
            selected = set(self.select(node, expression))
            self.assertEqual(selected, {row.labels for row in node.apps}, expression)

    @for_each_node
    def test_throttling_selects_the_containers_that_have_a_quota(self, node):
        limited = {row.labels for row in node.limited}
        for name in ("container_cpu_cfs_throttled_periods_total", "container_spec_cpu_quota"):
            expression = f'{name}{{NODE,container!="",container!="POD"}} or count by (no) (up{{NODE}}) * 0'
            self.assertEqual(set(self.select(node, expression)) - {("",) * len(BASE)}, limited, name)

    @for_each_node
    def test_image_alone_selects_containers_and_their_sandboxes(self, node):
        selected = self.select(node, 'container_cpu_usage_seconds_total{NODE,image!=""}')
        self.assertEqual(set(selected), {row.labels for row in node.rows if row.image})
        self.assertLessEqual({row.labels for row in node.apps}, set(selected))

    @for_each_node
    def test_sums_by_pod_count_each_byte_once(self, node):
        sums = 'sum by (namespace, pod) (container_memory_usage_bytes{NODE,container!="",container!="POD"})'
        expected = {}
        for row in node.apps:
            key = (row.namespace, row.pod)
            expected[key] = expected.get(key, 0) + row.memory
        self.assertEqual(self.select(node, sums, ("namespace", "pod")), expected)

    @for_each_node
    def test_a_series_is_one_for_each_container_of_a_pod(self, node):
        count = 'count by (namespace, pod, container) (container_memory_usage_bytes{NODE,image!="",pod!=""})'
        self.assertEqual(set(self.select(node, count, ("namespace", "pod", "container")).values()), {1.0})

    @for_each_node
    def test_networks_are_summed_once_a_pod_and_those_of_the_host_not_at_all(self, node):
        sums = 'sum by (namespace, pod) (container_network_receive_bytes_total{NODE,pod!=""})'
        pods = {(row.namespace, row.pod) for row in node.rows if row.pod} - {HOST_NETWORK}
        received = self.select(node, sums, ("namespace", "pod"))
        self.assertEqual(set(received), pods)
        for value in received.values():  # a process' number times 1000: of one interface, once
            self.assertLess(value, 200_000)
        host = self.select(node, 'container_network_receive_bytes_total{NODE,id="/"}', ("interface",))
        self.assertEqual(host, {("eth0",): 1_000_000})

    @for_each_node
    def test_node_totals_are_at_the_root(self, node):
        self.assertEqual(len(self.select(node, 'container_cpu_usage_seconds_total{NODE,id="/"}')), 1)
        limits = self.select(node, 'container_spec_memory_limit_bytes{NODE,id="/"}')
        self.assertEqual(set(limits.values()), {8_000_000 * 1024.0})
        self.assertEqual(len(self.select(node, "machine_memory_bytes{NODE}", ("node",))), 1)


if __name__ == "__main__":
    e2e_support.main(e2e_support.program_is_missing("prometheus"))
