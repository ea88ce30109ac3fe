"""By hand: the agent's /metrics/cadvisor beside that of a real kubelet, series by series, and what a scrape of each costs.

    ./dev node cadvisor --programs DIRECTORY

DIRECTORY is as for `./dev node`. Every difference that agent/adr/0007 does not tell is a failure. Needs root. 2 minutes.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

from cadvisor_differences import differences, read_exposition
from chart_on_a_node import AGENT, CHART, NAMESPACE, ChartOnANode, say, write_image
from e2e_support import wait_until
from kubernetes_node import HOST, PLUGINS, PROGRAMS, TOKEN, CGROUP_ROOT, KubernetesNode, enter_own_namespaces
from node_workloads import NAMESPACE as SHOP, as_list, every_quality_of_service, static_pod

PRESET = os.path.join(os.path.dirname(CHART), "presets/replace-cadvisor-and-node-exporter.yaml")
OURS = f"http://{HOST}:9655/metrics/cadvisor"
KUBELETS = f"https://{HOST}:10250/metrics/cadvisor"
SCRAPES = 20
OLDEST = 16  # the kubelet tells values of up to 15 s ago


class CadvisorOnANode(ChartOnANode):
    def run(self, _):
        self.install()
        self.start_pods()
        self.compare()
        self.tell_costs()
        self.uninstall()

    def install(self):
        values = {"prometheus": {"monitor": {"enabled": False}, "rules": {"enabled": False}}, "dashboards": {"enabled": False}}
        with open(self.values, "w", encoding="utf-8") as file:
            json.dump(values, file)
        self.node.helm("install", "supercargo", CHART, f"--namespace={NAMESPACE}", "--create-namespace",
                       f"--values={PRESET}", f"--values={self.values}", "--wait", "--timeout=60s")

    def start_pods(self):
        with open(os.path.join(self.node.static_pods, "static.json"), "w", encoding="utf-8") as file:
            json.dump(static_pod(), file)
        self.node.kubectl("create", "namespace", SHOP)
        self.node.kubectl("apply", "-f", "-", stdin=as_list(*every_quality_of_service()))
        wait_until(lambda: self.running() >= len(every_quality_of_service()), lambda: f"{self.running()} pods run", 60)

    def running(self):
        phases = self.node.kubectl("get", "pods", f"--namespace={SHOP}", "-o", "jsonpath={.items[*].status.phase}")
        return phases.split().count("Running")

    # --- series by series ---------------------------------------------------------------------------------------------

    def compare(self, attempts=3):
        """A container of others or a pod's interface may come or go between two looks: not each time."""
        for attempt in range(attempts):
            ours = self.watch(OLDEST + 6)
            theirs = read_exposition(get(KUBELETS))
            found = differences(ours + self.watch(3), theirs, CGROUP_ROOT)
            if not found:
                break
            for text in found if attempt == attempts - 1 else []:
                say(text)
        assert not found, f"{len(found)} differences"
        series = sum(map(len, theirs.series.values()))
        say(f"{len(theirs.types)} families and {series} series of the kubelet: all are here, or told in agent/adr/0007")

    @staticmethod
    def watch(seconds):
        """[(Unix time, Exposition)] of the agent, about one a second."""
        seen, end = [], time.monotonic() + seconds
        while time.monotonic() < end:
            seen.append((time.time(), read_exposition(get(OURS))))
            time.sleep(1.05)
        return seen

    # --- costs --------------------------------------------------------------------------------------------------------

    def tell_costs(self):
        agent = self.process_of(self.node.pods(NAMESPACE, AGENT)[0])
        kubelet = self.node.part("kubelet").child.pid
        for name, pid, url in (("kubelet", kubelet, KUBELETS), ("agent", agent, OURS)):
            at_rest = cpu_seconds(pid, lambda: None)
            scraped = cpu_seconds(pid, lambda where=url: get(where, "--compressed"))
            series = sum(map(len, read_exposition(get(url)).series.values()))
            say(f"{name}: {(scraped - at_rest) * 1000:.1f} ms CPU a scrape of {series} series, median of {SCRAPES}")

    @staticmethod
    def process_of(pod):
        identity = pod["status"]["containerStatuses"][0]["containerID"].removeprefix("containerd://")
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/cgroup", encoding="utf-8") as file:
                    if identity in file.read():
                        return int(pid)
            except OSError:
                continue
        raise AssertionError("the agent has no process")


def get(url, *options):
    done = subprocess.run(["curl", "--silent", "--show-error", "--insecure", "--fail", "--noproxy", "*", "--max-time", "10",
                           "--header", f"Authorization: Bearer {TOKEN}", *options, url], check=True, capture_output=True)
    return done.stdout.decode()


def cpu_seconds(pid, action):
    """Of a process in 1.1 s with `action`, the median: the agent gives scrapes within a second the same result."""
    clock = ~pid << 3 | 2  # as clock_getcpuclockid() makes it
    turns = []
    for _ in range(SCRAPES):
        before, next_turn = time.clock_gettime(clock), time.monotonic() + 1.1
        action()
        time.sleep(max(0, next_turn - time.monotonic()))
        turns.append(time.clock_gettime(clock) - before)
    return statistics.median(turns)


def main():
    told = "The agent's /metrics/cadvisor beside a real kubelet's."
    parser = argparse.ArgumentParser(prog="./dev node cadvisor", description=told)
    needed = f"with {', '.join(PROGRAMS + PLUGINS)}"
    parser.add_argument("--programs", required=True, metavar="DIRECTORY", help=needed)
    options = parser.parse_args()
    programs = os.path.abspath(options.programs)
    enter_own_namespaces()
    subprocess.run(["mount", "--make-rshared", "/"], check=True)  # as systemd has it: HostToContainer asks for it
    with KubernetesNode(programs) as node:
        archive = node.path("agent.tar")
        node.bed.import_images(archive, write_image(archive))
        CadvisorOnANode(node, None).run(0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
