"""By hand: pods of every kind on a real API server and kubelet, through what happens to a node, each line counted.

    ./dev node workloads --programs DIRECTORY

DIRECTORY is as for `./dev node`. Needs root. 5 minutes.
"""

import argparse
import contextlib
import glob
import json
import os
import re
import sys
import time

from chart_on_a_node import CHART, NAMESPACE, ChartOnANode, say, write_image
from container_images import IMAGE
from e2e_support import LokiStandIn, wait_until
from kubernetes_node import NODE, PLUGINS, PROGRAMS, KubernetesNode, enter_own_namespaces
from node_workloads import (NAMESPACE as SHOP, RUN, SLOWLY, as_list, burst_pod, count, crashing_pod, deployment, job,
                            lines_in_files, short_lived_pod, static_pod, writes)

SIDECARS = (1, 29)
EPHEMERAL = (1, 25)
RESIZE = (1, 33)
SHORT_LIVED = 5


class WorkloadsOnANode(ChartOnANode):
    def __init__(self, node, loki, stored):
        super().__init__(node, loki)
        self.stored = stored
        self.ended = {}  # {pod: runs that came to their end}
        self.written = {}  # {run: lines of it that were in files when the node crashed}

    def run(self, _):
        self.install()
        self.node.kubectl("create", "namespace", SHOP)
        for part in (self.start_pods, self.add_an_ephemeral_container, self.delete_pods_at_once, self.resize,
                     self.restart_the_kubelet, self.stop_the_api_server, self.kill_containerd, self.roll_back,
                     self.crash_the_node, self.drain, self.end_pods):
            say(part.__name__.replace("_", " "))
            part()
        self.expect_every_line()
        self.uninstall()

    # --- pods of every kind -------------------------------------------------------------------------------------------

    def start_pods(self):
        with open(os.path.join(self.node.static_pods, "static.json"), "w", encoding="utf-8") as file:
            json.dump(static_pod(), file)
        self.apply(deployment("web", 2), crashing_pod(), burst_pod(), job("jobs", self.node.version >= SIDECARS))
        wait_until(self.jobs_are_done, self.pods_as_told, seconds=180)
        # First, work, and the sidecar of three pods.
        self.ended["jobs"] = 9 if self.node.version >= SIDECARS else 6
        self.ended.update({"static": 1, "burst": 1, "web": 4})  # the last as many again after the drain

    def jobs_are_done(self):
        """Clusters before 1.21 leave them."""
        done = self.node.kubectl("get", "jobs", f"--namespace={SHOP}", "-o", "jsonpath={.items[*].status.succeeded}")
        return done == "3" if self.node.version < (1, 21) else "jobs" not in self.names("jobs")

    def pods_as_told(self):
        return "\n".join(self.node.kubectl(*asked, f"--namespace={SHOP}", check=False) for asked in (
            ("get", "pods,jobs", "-o", "wide"), ("get", "events")))

    def apply(self, *items):
        self.node.kubectl("apply", "-f", "-", stdin=as_list(*items))

    def names(self, kind):
        return self.node.kubectl("get", kind, f"--namespace={SHOP}", "-o", "jsonpath={.items[*].metadata.name}").split()

    def add_an_ephemeral_container(self):
        if self.node.version < EPHEMERAL:
            return
        self.node.kubectl("debug", f"--namespace={SHOP}", "burst", f"--image={IMAGE}", "--image-pull-policy=Never",
                          "--profile=general", "--container=debugger", "--", *writes(1000))
        self.ended["burst"] = 2

    def delete_pods_at_once(self):
        """The moment that their last line is in the file."""
        pods = [short_lived_pod(number) for number in range(SHORT_LIVED)]
        self.apply(*pods)
        for number in range(SHORT_LIVED):
            wait_until(lambda n=number: self.has_ended(f"short-{n}"), f"the lines of short-{number}", seconds=60)
            self.node.kubectl("delete", "pod", f"--namespace={SHOP}", f"short-{number}", "--grace-period=0", "--force")
            self.ended[f"short-{number}"] = 1

    @staticmethod
    def has_ended(pod):
        for path in glob.glob(f"/var/log/pods/{SHOP}_{pod}_*/*/*.log*"):  # it may be rotated by now
            with contextlib.suppress(FileNotFoundError), open(path, "rb") as file:
                if b" end=" in file.read()[-200:]:
                    return True
        return False

    def resize(self):
        """A container gets another limit without a restart, and the metric has it."""
        if self.node.version < RESIZE:
            return
        limits = {"resources": {"limits": {"memory": "96Mi", "cpu": "300m"}, "requests": {"memory": "96Mi", "cpu": "100m"}}}
        self.apply({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "grows", "namespace": SHOP},
                    "spec": {"containers": [{"name": "web", "image": IMAGE, "imagePullPolicy": "Never", **limits,
                                             "command": ["sh", "-c", RUN + SLOWLY]}]}})
        wait_until(lambda: self.limits() == ("100663296", "30000"), lambda: f"the first limits: {self.limits()}", 60)
        limits["resources"]["limits"] = {"memory": "160Mi", "cpu": "450m"}
        changed = json.dumps({"spec": {"containers": [{"name": "web", **limits}]}})
        self.node.kubectl("patch", "pod", f"--namespace={SHOP}", "grows", "--subresource=resize", f"--patch={changed}")
        wait_until(lambda: self.limits() == ("167772160", "45000"), lambda: f"the new limits: {self.limits()}", 60)
        self.ended["grows"] = 1

    def limits(self):
        text = self.metrics()
        of_pod = r'{container="web",[^}]*pod="grows"} (\d+)'
        found = [re.search(name + of_pod, text) for name in ("container_spec_memory_limit_bytes", "container_spec_cpu_quota")]
        return tuple(match and match[1] for match in found)

    # --- what happens to a node ---------------------------------------------------------------------------------------

    def restart_the_kubelet(self):
        self.node.part("kubelet").stop()
        time.sleep(5)
        self.node.part("kubelet").start()
        self.node.wait_until_ready()

    def stop_the_api_server(self):
        """Pods go on, and so does the agent: it is asked for its metrics meanwhile."""
        address = self.agent()["status"]["podIP"]
        self.node.part("kube-apiserver").kill()
        for _ in range(4):
            time.sleep(5)
            assert self.metrics(address), "metrics without an API server"
        self.node.part("kube-apiserver").start()
        self.node.wait_until_ready()

    def kill_containerd(self):
        """Containers go on, and wait when their pipes are full: nobody writes logs for a while."""
        self.node.bed.kill_containerd()
        time.sleep(5)
        self.node.bed.start_containerd()
        self.node.wait_until_ready()

    def roll_back(self):
        place = (f"--namespace={NAMESPACE}", "--wait", "--timeout=120s")
        self.node.helm("upgrade", "supercargo", CHART, f"--values={self.values}", "--set=resources.requests.cpu=30m", *place)
        self.node.helm("rollback", "supercargo", "1", *place)
        self.wait_until_ready(0)

    def crash_the_node(self):
        """What stood in the files then arrives, though each of them was written to until its container died."""
        self.node.crash_and_boot()
        self.written = lines_in_files(glob.glob(f"/var/log/pods/{SHOP}_*/*/*.log*"))
        self.wait_until_ready(1)

    def drain(self):
        """The agent stays, as DaemonSets do, and reads the last lines of those that go."""
        before = self.agent()["metadata"]["uid"]
        self.ended["crash"] = int(self.node.kubectl(
            "get", "pod", "crash", f"--namespace={SHOP}", "-o", "jsonpath={.status.containerStatuses[0].restartCount}"))
        self.node.kubectl("drain", NODE, "--ignore-daemonsets", "--delete-emptydir-data", "--force", "--timeout=120s")
        assert self.agent()["metadata"]["uid"] == before, "the agent was drained, too"
        self.node.kubectl("uncordon", NODE)

    def end_pods(self):
        time.sleep(20)  # lines of the pods that came back, and a rotation
        self.node.kubectl("delete", "deployment,job,pod", f"--namespace={SHOP}", "--all", "--timeout=120s")

    # --- the count ----------------------------------------------------------------------------------------------------

    def expect_every_line(self):
        self.expect_a_ledger_without_losses()
        runs, strange = count(self.stored)
        assert not strange, strange.most_common(5)
        pods = sorted({run.pod for run in runs.values()})
        for pod in pods:
            of_pod = [run for run in runs.values() if run.pod == pod]
            missing = [(run.container, run.lacks()[:5]) for run in of_pod if run.lacks()]
            without_end = sum(run.end < 0 for run in of_pod)
            say(f"{pod}: {len(of_pod)} runs, {sum(run.lines for run in of_pod)} lines, "
                f"{sum(run.repeated for run in of_pod)} twice, {len(missing)} lack some, {without_end} without an end")
            assert not missing, missing
        unread = {run: lines for run, lines in self.written.items() if run not in runs or runs[run].lines < lines}
        assert self.written and not unread, unread
        for name, ended in self.ended.items():
            found = sum(run.end >= 0 for run in runs.values() if run.pod.startswith(name))
            assert found >= ended, f"{name}: {found} runs with an end, not {ended}"

    def expect_a_ledger_without_losses(self):
        def nothing_pends():
            pending = re.findall(r"^supercargo_log_pending_bytes{.*} (\d+)", self.metrics(), re.M)
            return pending and not any(map(int, pending))

        wait_until(nothing_pends, "the end of all logs", seconds=120)
        text = self.metrics()
        # Not of the agent itself: what it says when it ends goes with its pod.
        losses = re.findall(rf'^supercargo_log_(?:dropped|lost|gaps)\w*_total{{.*="{SHOP}".*}} [1-9].*', text, re.M)
        assert not losses, losses
        assert re.findall(r"^supercargo_ledger_difference_bytes{.*} (\d+)", text, re.M) == ["0"]


def main():
    parser = argparse.ArgumentParser(prog="./dev node workloads", description="Pods of every kind, each line counted.")
    needed = f"with {', '.join(PROGRAMS + PLUGINS)}"
    parser.add_argument("--programs", required=True, metavar="DIRECTORY", help=needed)
    options = parser.parse_args()
    programs = os.path.abspath(options.programs)
    enter_own_namespaces()
    with KubernetesNode(programs) as node:
        archive = node.path("agent.tar")
        node.bed.import_images(archive, write_image(archive))
        stored = node.path("stored.jsonl")
        loki = LokiStandIn("--listen", "0.0.0.0:0", "--output", stored, "--forget-lines", "--quiet")
        try:
            WorkloadsOnANode(node, loki, stored).run(0)
        finally:
            loki.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main())
