"""What /metrics says: the same in both formats, by mode, profile and limit; and that nothing makes it hang."""

import gzip
import os
import re
import subprocess
import threading
import time
import unittest
import urllib.request

import e2e_support
from e2e_support import REPOSITORY, SHARED_SECONDS, Agent, settled

OPENMETRICS = "application/openmetrics-text;version=1.0.0"
V1 = "/sys/fs/cgroup"


def fetch(port, path="/metrics", accept="text/plain", encoding="identity", timeout=10):
    headers = {
        "Accept": accept,
        "Accept-Encoding": encoding,
        "X-Prometheus-Scrape-Timeout-Seconds": str(timeout),
    }
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    with urllib.request.urlopen(request, timeout=timeout + 5) as answer:
        body = answer.read()
        if answer.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        return answer.headers["Content-Type"], body.decode()


def samples_of(text):
    """{series: value} as written, and each series must stand once."""
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            series, value = line.rsplit(" ", 1)
            assert series not in found, f"twice: {series}"
            found[series] = value
    return found


def families_of(text):
    return {line.split(" ")[2] for line in text.splitlines() if line.startswith("# TYPE")}


def start(test, **config):
    agent = Agent(logs={"sources": []}, **config)
    test.addCleanup(agent.remove)
    return agent


class FormatsTest(unittest.TestCase):
    def test_names_and_values_are_equal_in_both_formats_and_compressed(self):
        agent = start(self)

        def check():
            kind, plain = fetch(agent.port)
            om_kind, openmetrics = fetch(agent.port, accept=OPENMETRICS)
            _, packed = fetch(agent.port, encoding="gzip")
            self.assertEqual(kind, "text/plain; version=0.0.4; charset=utf-8")
            self.assertEqual(om_kind, "application/openmetrics-text; version=1.0.0; charset=utf-8")
            self.assertTrue(openmetrics.endswith("\n# EOF\n"))
            self.assertEqual(samples_of(plain), samples_of(openmetrics))
            self.assertEqual(plain, packed)

        settled(check)

    def test_both_parsers_of_pythons_client_understand_the_same(self):
        try:
            from prometheus_client import parser as text_parser
            from prometheus_client.openmetrics import parser as om_parser
        except ImportError:
            self.skipTest("no python3-prometheus-client")
        agent = start(self)

        def parsed(module, text):
            found = {}
            for family in module.text_string_to_metric_families(text):
                for sample in family.samples:
                    name = sample.name.removesuffix("_total")  # the older one adds it to all counters
                    found[(name, tuple(sorted(sample.labels.items())))] = float(sample.value)
            return found

        def check():
            plain, openmetrics = fetch(agent.port)[1], fetch(agent.port, accept=OPENMETRICS)[1]
            ours, theirs = parsed(text_parser, plain), parsed(om_parser, openmetrics)
            self.assertEqual(len(ours), len(samples_of(plain)))
            self.assertEqual(ours.keys(), theirs.keys())

        settled(check)

    def test_promtool_takes_the_text(self):
        if e2e_support.program_is_missing("promtool")():
            self.skipTest("no promtool")
        text = fetch(start(self).port)[1]
        command = ["promtool", "check", "metrics"]
        checked = subprocess.run(command, input=text, text=True, capture_output=True, check=False)
        self.assertIn(checked.returncode, (0, 3), checked.stderr)


class SelectionTest(unittest.TestCase):
    def families(self, **metrics):
        agent = start(self, metrics=metrics)
        return families_of(fetch(agent.port)[1])

    def test_complement_has_nothing_that_the_originals_have_and_replace_lacks_nothing(self):
        agents = [start(self, metrics={"mode": mode}) for mode in ("all", "replace", "complement")]

        def check():
            everything, replace, complement = (families_of(fetch(agent.port)[1]) for agent in agents)
            self.assertEqual(everything, replace)
            self.assertTrue(complement)
            self.assertEqual({name for name in complement if not name.startswith("supercargo_")}, set())
            self.assertEqual({name for name in everything if name.startswith("supercargo_")}, complement)

        settled(check)
        self.assertEqual(self.families(mode="none"), set())

    def test_profiles_show_what_the_reference_says(self):
        with open(os.path.join(REPOSITORY, "METRICS.md"), encoding="utf-8") as file:
            rows = re.findall(r"^\| `(\w+)` \| \w+ \| [^|]*\| \w* \| (\w+) \|", file.read(), re.MULTILINE)
        profiles = dict(rows)
        order = ["minimal", "default", "full"]
        agents = [start(self, metrics={"profile": profile}) for profile in order]

        def check():
            shown = [families_of(fetch(agent.port)[1]) for agent in agents]
            shown = [{one for one in names if not one.startswith("supercargo_metrics_")} for names in shown]
            self.assertLess(shown[0], shown[1])
            self.assertLess(shown[1], shown[2])
            for place, families in enumerate(shown):
                for name in families & profiles.keys():
                    self.assertLessEqual(order.index(profiles[name]), place, name)
            self.assertTrue({"node_cpu_seconds_total", "node_load1", "node_memory_MemAvailable_bytes"} <= shown[0])

        settled(check)

    def test_patterns_over_families_and_labels(self):
        hidden = ["node_netstat_Tcp_.*", "node_sockstat_.*"]
        agent = start(self, metrics={"exclude_families": hidden, "exclude_labels": {"mode": "idle|iowait"}})
        text = fetch(agent.port)[1]
        self.assertNotIn("node_netstat_Tcp_", text.replace('family="node_netstat_Tcp_', ""))
        self.assertIn("node_netstat_Udp_", text)
        self.assertNotIn("node_sockstat_", text, "hidden as a whole: its files are not even read")
        self.assertNotIn('mode="idle"', text)
        self.assertIn('mode="user"', text)
        left = [series for series in samples_of(text) if series.startswith("supercargo_metrics_left_out_")]
        self.assertIn('supercargo_metrics_left_out_series{cause="labels",family="node_cpu_seconds_total"}', left)
        self.assertIn('supercargo_metrics_left_out_series{cause="families",family="node_netstat_Tcp_CurrEstab"}', left)

    def test_the_limit_holds_and_says_what_is_missing(self):
        limit = 500
        agent = start(self, metrics={"max_series": limit})
        samples = samples_of(fetch(agent.port)[1])
        report = ("supercargo_metrics_", "supercargo_collector_", "node_scrape_", "node_exporter_build_info")
        counted = [series for series in samples if not series.startswith(report)]
        self.assertLessEqual(len(samples), limit)
        self.assertEqual(float(samples["supercargo_metrics_series"]), len(counted))
        gone = [series for series in samples if 'cause="max_series"' in series]
        self.assertTrue(gone)
        names = {series.split("{")[0] for series in counted}
        for series in gone:
            self.assertNotIn(re.search(r'family="(\w*)"', series).group(1), names)
        self.assertIn("node_load1", names)  # minimal goes after default


def can_make_cgroups():
    return os.access(f"{V1}/memory/cgroup.procs", os.W_OK) and os.path.isdir(f"{V1}/freezer")


@unittest.skipUnless(can_make_cgroups(), "no cgroup v1 where groups can be made")
class NeverHangsTest(unittest.TestCase):
    """On the kernel's own cgroups: a frozen one, and containers that come and go in the middle of a pass."""

    def setUp(self):
        self.name = f"supercargo-e2e-{os.getpid()}"
        self.made = []
        self.addCleanup(self.remove)

    def make(self, controller, path=""):
        directory = os.path.join(V1, controller, self.name, path)
        os.mkdir(directory)
        self.made.append(directory)
        return directory

    def remove(self):
        for directory in reversed(self.made):
            if os.path.isdir(directory):
                os.rmdir(directory)

    def test_a_frozen_cgroup_is_scraped_like_any(self):
        frozen, memory = self.make("freezer"), self.make("memory")
        sleeper = subprocess.Popen(["sleep", "1000"])
        try:
            for directory in (frozen, memory):
                with open(os.path.join(directory, "cgroup.procs"), "w", encoding="ascii") as out:
                    out.write(str(sleeper.pid))
            with open(os.path.join(frozen, "freezer.state"), "w", encoding="ascii") as out:
                out.write("FROZEN")
            agent = start(self)
            text = fetch(agent.port, timeout=2)[1]
            self.assertIn(f'id="/{self.name}"', text)
            self.assertIn('supercargo_collector_success{collector="cgroup"} 1', text)
        finally:
            with open(os.path.join(frozen, "freezer.state"), "w", encoding="ascii") as out:
                out.write("THAWED")
            sleeper.kill()
            sleeper.wait()

    def test_containers_that_vanish_in_a_pass_cost_nothing_but_themselves(self):
        self.make("memory")
        agent = start(self)
        stop = threading.Event()

        def churn():
            while not stop.is_set():
                made = [os.path.join(V1, "memory", self.name, f"c{number}") for number in range(20)]
                for path in made:
                    os.mkdir(path)
                for path in made:
                    os.rmdir(path)

        thread = threading.Thread(target=churn)
        thread.start()
        try:
            for _ in range(4):
                time.sleep(SHARED_SECONDS)
                text = fetch(agent.port, path="/metrics", timeout=2)[1]
                self.assertIn('supercargo_collector_success{collector="cgroup"} 1', text)
                self.assertIn("supercargo_cgroup_read_errors_total 0\n", text)
                samples_of(text)
        finally:
            stop.set()
            thread.join()


if __name__ == "__main__":
    e2e_support.main()
