"""Debian's Prometheus scrapes the agent: the target is up and queries return data.

It holds with Prometheus 3.5 and its promtool, too (first in PATH).
"""

import os
import re
import shutil
import subprocess
import tempfile
import unittest

import e2e_support
from e2e_support import Agent, free_port, wait_until
from prometheus_process import Prometheus, scrape_of


class PrometheusTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.agent = Agent(logs={"sources": []})
        cls.addClassCleanup(cls.agent.remove)
        cls.prometheus = Prometheus([scrape_of(cls.agent.port)])
        cls.addClassCleanup(cls.prometheus.remove)
        wait_until(
            lambda: cls.prometheus.query('up{job="supercargo"} == 1'),
            lambda: f"up == 1; targets: {cls.prometheus.targets()}",
        )

    def data(self, expression):
        return wait_until(lambda: self.prometheus.query(expression), f"data for {expression}")

    def test_the_target_is_up_without_an_error(self):
        target = self.prometheus.targets()[0]
        self.assertEqual((target["health"], target["lastError"]), ("up", ""))

    def test_no_sample_is_a_duplicate_or_out_of_bounds(self):
        self.data('scrape_samples_scraped{job="supercargo"} > 100')
        dropped = 'scrape_samples_scraped{job="supercargo"} - scrape_samples_post_metric_relabeling'
        self.assertEqual(self.data(dropped)[0][1], 0)
        complaints = re.findall(r"^.*level=(?:warn|error)\b.*scrape.*$", self.prometheus.output("stderr"), re.M | re.I)
        self.assertEqual(complaints, [])

    def test_queries_of_the_node_return_data(self):
        seconds = self.data('sum by (mode) (node_cpu_seconds_total{mode="user"})')
        self.assertGreater(seconds[0][1], 0)
        total = self.data("node_memory_MemTotal_bytes")[0][1]
        self.assertEqual(total, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
        self.assertEqual(self.data("count(node_cpu_seconds_total{mode='idle'})")[0][1], cpus_online())
        self.assertEqual(self.data("node_uname_info")[0][0]["release"], os.uname().release)
        self.data("rate(node_cpu_seconds_total[10s])")

    def test_queries_of_cgroups_return_data(self):
        # No container needs to run here: the root cgroup is one of cAdvisor's series too.
        self.data('container_cpu_usage_seconds_total{id="/"}')

    def test_the_agent_tells_about_itself(self):
        self.data('{__name__=~"supercargo_.+"}')

    def test_promtool_takes_the_text(self):
        checked = subprocess.run(
            ["promtool", "check", "metrics"], input=self.agent.metrics(), text=True, capture_output=True, check=False
        )
        # 3: names that break the conventions. Those of the originals do, ours must not.
        self.assertIn(checked.returncode, (0, 3), checked.stderr)
        ours = [line for line in checked.stderr.splitlines() if line.startswith("supercargo_")]
        self.assertEqual(ours, [])


def pages_queries():
    """The PromQL of GUARANTEES.md: each of its indented blocks that speaks of our metrics and needs no braces."""
    page = os.path.join(os.path.dirname(__file__), "../../GUARANTEES.md")
    with open(page, encoding="utf-8") as file:
        blocks = re.findall(r"(?:^    .*\n)+", file.read(), re.MULTILINE)
    checks, equation = [block for block in blocks if re.search(r"supercargo_(log|ledger)_\w+(?!.*\{)", block)][:2]
    return [line.split("#")[0] for line in checks.splitlines()], equation


class GuaranteesTest(unittest.TestCase):
    """The queries that an on-call engineer is told to ask."""

    def test_the_pages_queries_tell_what_is_missing(self):
        logs = tempfile.mkdtemp(prefix="supercargo-e2e-logs-")
        self.addCleanup(shutil.rmtree, logs, ignore_errors=True)
        lines = "".join(f"line {i}\n" for i in range(2000))
        agent = Agent(
            logs={
                "sources": [{"type": "files", "path": f"{logs}/*.log"}],
                "rate_limits": {"container": {"bytes_per_second": 4000, "action": "drop"}},
            },
            outputs=[{"name": "nobody", "type": "loki", "url": f"http://127.0.0.1:{free_port()}"},
                     {"name": "screen", "type": "stdout"}],
        )
        self.addCleanup(agent.remove)
        prometheus = Prometheus([scrape_of(agent.port)])
        self.addCleanup(prometheus.remove)
        with open(f"{logs}/shop.log", "w", encoding="utf-8") as log:
            log.write(lines)
        checks, equation = pages_queries()
        self.assertEqual(len(checks), 7)
        written = 'supercargo_log_written_bytes_total{output="%s"} == ' + str(len(lines))
        for output in ("nobody", "screen"):
            wait_until(lambda name=output: prometheus.query(written % name), "all is written")
        wait_until(lambda: prometheus.query("supercargo_log_dropped_bytes_total > 0"), "drops")
        sums = prometheus.query(equation)
        self.assertEqual(sorted(labels["output"] for labels, _ in sums), ["nobody", "screen"])
        self.assertEqual([value for _, value in sums], [0.0, 0.0])
        without_a_term = prometheus.query(equation.replace("- supercargo_log_pending_bytes", ""))
        self.assertGreater(max(value for _, value in without_a_term), 0)
        for check in checks:
            prometheus.query(check)  # Prometheus takes it


def cpus_online():
    with open("/proc/stat", encoding="ascii") as stat:
        return sum(line.startswith("cpu") and line[3].isdigit() for line in stat)


if __name__ == "__main__":
    e2e_support.main(
        e2e_support.program_is_missing("prometheus"), e2e_support.program_is_missing("promtool")
    )
