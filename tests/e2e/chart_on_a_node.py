"""By hand: the chart, installed by helm on a real API server and kubelet, under the kubelet's own rotation.

    ./dev node --programs DIRECTORY [--minutes 2]

DIRECTORY holds etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kubelet, kubectl, helm, and the CNI
plugins ptp, host-local and loopback: see CONTRIBUTING.md. Needs root. 3 minutes.
"""

import argparse
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import time

from container_images import IMAGE
from e2e_support import BUILD, REPOSITORY, LokiStandIn, wait_until
from kubernetes_node import HOST, PLUGINS, PROGRAMS, KubernetesNode, enter_own_namespaces

NAMESPACE = "monitoring"
AGENT = "app.kubernetes.io/name=supercargo,app.kubernetes.io/instance=supercargo"
CHART = os.path.join(REPOSITORY, "helm/supercargo")

# Counts its lines, in bursts: some 1,000 a second of 90 bytes.
WRITER = r'i=0; while :; do echo "line=$i padding padding padding padding padding"; i=$((i+1)); ' \
         r'[ $((i%100)) -eq 0 ] && usleep 80000; done'


def deployment(replicas):
    container = {"name": "web", "image": IMAGE, "imagePullPolicy": "Never", "command": ["sh", "-c", WRITER],
                 "resources": {"limits": {"memory": "32Mi", "cpu": "300m"}}}
    template = {"metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [container], "terminationGracePeriodSeconds": 1}}
    return json.dumps({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}}, "template": template}})


def write_image(path):
    """The agent's image as a docker archive, of the root that the Containerfile makes. Returns its name."""
    with tempfile.TemporaryDirectory() as root:
        script = os.path.join(REPOSITORY, "packaging/image_root.sh")
        subprocess.run([script, os.path.join(BUILD, "supercargo"), root], check=True, capture_output=True)
        layer = subprocess.run(["tar", "-C", root, "--owner=0", "--group=0", "-c", "."], check=True, capture_output=True)
    config = {
        "architecture": "amd64" if os.uname().machine == "x86_64" else "arm64", "os": "linux",
        "config": {"Entrypoint": ["/usr/bin/supercargo"], "Cmd": ["run", "--config", "/etc/supercargo/supercargo.yaml"]},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer.stdout).hexdigest()]},
    }
    with open(os.path.join(CHART, "Chart.yaml"), encoding="utf-8") as chart:
        version = re.search(r'^appVersion: "?([\w.]+)', chart.read(), re.MULTILINE)[1]
    image = f"docker.io/library/supercargo:{version}"
    manifest = [{"Config": "config.json", "Layers": ["layer.tar"], "RepoTags": [image]}]
    with tarfile.open(path, "w") as archive:
        for name, content in (("layer.tar", layer.stdout), ("config.json", json.dumps(config).encode()),
                              ("manifest.json", json.dumps(manifest).encode())):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return image


class ChartOnANode:
    def __init__(self, node, loki):
        self.node = node
        self.loki = loki
        self.values = node.path("values.json")

    def run(self, seconds):
        self.install()
        self.expect_metrics()
        self.write_through_faults(seconds)
        self.expect_every_line()
        self.uninstall()

    def install(self):
        output = {"name": "loki", "type": "loki", "url": f"http://{HOST}:{self.loki.port}"}
        with open(self.values, "w", encoding="utf-8") as file:
            json.dump({"config": {"outputs": [output]}}, file)
        begin = time.monotonic()
        self.node.helm("install", "supercargo", CHART, f"--namespace={NAMESPACE}", "--create-namespace",
                       f"--values={self.values}", "--wait", "--timeout=60s")
        self.node.helm("test", "supercargo", f"--namespace={NAMESPACE}", "--timeout=60s")
        say(f"installed, and `helm test` passes: an agent answers by the service's name: {time.monotonic() - begin:.1f} s")
        self.wait_until_ready(0)

    def agent(self):
        return self.node.pods(NAMESPACE, AGENT)[0]

    def metrics(self, address=None):
        url = f"http://{address or self.agent()['status']['podIP']}:9655/metrics"
        asked = subprocess.run(["curl", "--silent", "--show-error", "--noproxy", "*", "--max-time", "10", url],
                               check=True, capture_output=True, text=True)
        return asked.stdout

    def expect_metrics(self):
        pod = self.agent()["metadata"]["name"]
        text = wait_until(lambda: f'pod="{pod}",pod_uid=' in (text := self.metrics()) and text, "supercargo_pod_info")
        memory = re.search(rf'container_memory_working_set_bytes{{container="supercargo",[^}}]*pod="{pod}"}} (\d+)', text)
        assert memory and 'image="docker.io/library/supercargo:' in memory[0], "the agent's own container, with its image"
        say(f"/metrics: {text.count(chr(10))} lines; the agent's own memory {int(memory[1]) / 2**20:.1f} MiB")
        for left_out in re.findall(r'supercargo_collector_unavailable{collector="(.*)",reason="(.*)"} 1', text):
            say(f"    left out: {left_out[0]}: {left_out[1]}")

    # --- logs ---------------------------------------------------------------------------------------------------------

    def write_through_faults(self, seconds):
        self.node.kubectl("create", "namespace", "shop")
        self.node.kubectl("apply", "-f", "-", stdin=deployment(2))
        faults = (self.kill_the_agent, self.delete_the_agents_pod, self.upgrade, self.delete_a_writer, self.kill_the_agent)
        for fault in faults:
            time.sleep(seconds / len(faults))  # the kubelet rotates every 10 s
            say(f"{fault.__name__.replace('_', ' ')}")
            fault()
        self.node.kubectl("scale", "--namespace=shop", "deployment/web", "--replicas=0")
        wait_until(lambda: not self.node.pods("shop"), "the writers' end", seconds=60)

    def kill_the_agent(self):
        status = self.agent()["status"]["containerStatuses"][0]
        identity = status["containerID"].removeprefix("containerd://")
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/cgroup", encoding="utf-8") as file:
                    if identity in file.read():
                        os.kill(int(pid), 9)
            except OSError:
                continue
        self.wait_until_ready(status["restartCount"] + 1)

    def delete_the_agents_pod(self):
        self.node.kubectl("delete", "pod", f"--namespace={NAMESPACE}", self.agent()["metadata"]["name"])
        self.wait_until_ready(0)

    def upgrade(self):
        self.node.helm("upgrade", "supercargo", CHART, f"--namespace={NAMESPACE}", f"--values={self.values}",
                       "--set=resources.requests.cpu=30m", "--wait", "--timeout=90s")

    def delete_a_writer(self):
        self.node.kubectl("delete", "pod", "--namespace=shop", self.node.pods("shop")[0]["metadata"]["name"])

    def wait_until_ready(self, restarts):
        def ready():
            agents = self.node.pods(NAMESPACE, AGENT)
            statuses = agents[0]["status"].get("containerStatuses", []) if agents else []
            return bool(statuses) and statuses[0]["ready"] and statuses[0]["restartCount"] >= restarts
        wait_until(ready, "the agent's return", seconds=120)

    def expect_every_line(self):
        def nothing_pends():
            pending = re.findall(r'^supercargo_log_pending_bytes{[^}]*namespace="shop"[^}]*} (\d+)', self.metrics(), re.M)
            return pending and not any(map(int, pending))
        wait_until(nothing_pends, "the end of all logs", seconds=60)
        for (namespace, pod, _, _), lines in sorted(self.loki.by_stream().items()):
            if namespace == "shop":
                numbers = [int(text.split("=")[1].split()[0]) for _, text in lines]
                missing = set(range(max(numbers) + 1)) - set(numbers)
                say(f"{pod}: {len(numbers)} lines, {len(numbers) - len(set(numbers))} twice, {len(missing)} missing")
                assert not missing, sorted(missing)[:5]
        difference = re.findall(r"^supercargo_ledger_difference_bytes{.*} (\d+)", self.metrics(), re.M)
        assert difference == ["0"], difference

    def uninstall(self):
        self.node.helm("uninstall", "supercargo", f"--namespace={NAMESPACE}", "--wait", "--timeout=60s")
        kinds = "daemonset,service,configmap,serviceaccount,role,rolebinding,clusterrole,clusterrolebinding"
        left = self.node.kubectl("get", kinds, "--all-namespaces", f"--selector={AGENT}", "-o", "name")
        assert not left, f"helm uninstall left {left}"
        say("uninstalled, and nothing is left")


def say(text):
    print(f"node: {text}", flush=True)


def main():
    parser = argparse.ArgumentParser(prog="./dev node", description="The chart on a real API server and kubelet.")
    parser.add_argument("--programs", required=True, metavar="DIRECTORY", help=f"with {', '.join(PROGRAMS + PLUGINS)}")
    parser.add_argument("--minutes", type=float, default=2, help="how long lines are written (default: 2)")
    options = parser.parse_args()
    programs = os.path.abspath(options.programs)
    missing = [name for name in PROGRAMS + PLUGINS if not os.access(os.path.join(programs, name), os.X_OK)]
    if missing:
        parser.error(f"{programs} lacks {', '.join(missing)}")
    enter_own_namespaces()
    begin = time.monotonic()
    with KubernetesNode(programs) as node:
        say(f"the node is ready: {time.monotonic() - begin:.1f} s")
        archive = node.path("agent.tar")
        image = write_image(archive)
        node.bed.import_images(archive, image)
        loki = LokiStandIn("--listen", "0.0.0.0:0")
        try:
            ChartOnANode(node, loki).run(options.minutes * 60)
        finally:
            loki.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main())
