"""By hand: the chart's presets, each installed by helm on a real API server and kubelet: whom the agent runs as,
what it can write, and what it tells of the node.

    ./dev node presets --programs DIRECTORY [--crd FILE]... [--preset NAME]

DIRECTORY is as for `./dev node`; a --crd is the definition of PodMonitor or PrometheusRule (see
tests/helm/check_manifests.py), without which presets go without monitors and rules. Needs root. 2 minutes.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time

from chart_on_a_node import AGENT, CHART, NAMESPACE, say, write_image
from e2e_support import wait_until
from kubernetes_node import PLUGINS, PROGRAMS, KubernetesNode, enter_own_namespaces

POD_SECURITY = (1, 25)
PRESETS = os.path.join(os.path.dirname(CHART), "presets")

# Joins a process' mounts, becomes its user without capabilities, and tells what it can write there.
WRITES = """
import ctypes, glob, os, sys
pid, uid = sys.argv[1:]
libc = ctypes.CDLL(None, use_errno=True)
with open(f"/proc/{pid}/ns/mnt") as mounts:
    assert libc.setns(mounts.fileno(), 0) == 0, os.strerror(ctypes.get_errno())
os.setgroups([])
os.setresgid(int(uid), int(uid), int(uid))
os.setresuid(int(uid), int(uid), int(uid))
header = (ctypes.c_uint32 * 2)(0x20080522, 0)
assert libc.capset(header, (ctypes.c_uint32 * 6)()) == 0, os.strerror(ctypes.get_errno())
files = "cgroup.procs */cgroup.procs */tasks */notify_on_release */release_agent".split()
files = [file for pattern in files for file in glob.glob("/host/sys/fs/cgroup/" + pattern)]
files += ["/host/proc/sysrq-trigger", "/host/proc/sys/kernel/core_pattern", "/host/sys/power/state"]
for file in filter(os.path.exists, files):
    try:
        os.close(os.open(file, os.O_WRONLY))
        print("opened", file)
    except OSError:
        pass
directories = "/ /etc /etc/supercargo /usr/bin /host/var/log /host/var/log/pods /var/lib/supercargo".split()
for directory in filter(os.path.isdir, directories + glob.glob("/host/sys/fs/cgroup/*/")):
    try:
        os.mkdir(directory + "/made-by-a-test")
        os.rmdir(directory + "/made-by-a-test")
        print("made a directory in", directory)
    except OSError:
        pass
print(f"{len(files)} files tried")
"""


class Mode:
    """A preset: its user, whether the data directory is writable, collectors that it has, families that are there."""

    def __init__(self, preset, uid, writes, families, controllers, path="/metrics"):
        self.preset = preset
        self.uid = uid
        self.writes = writes
        self.families = families
        self.controllers = controllers
        self.path = path
        self.reloads = preset == "prometheus"  # once is enough


def modes():
    """cgroup v1 controllers are mounts of their own: not named, as the README has it, root could write there."""
    with open("/proc/self/mounts", encoding="ascii") as mounts:
        places = [line.split()[1:3] for line in mounts]
    controllers = sorted({place.rpartition("/")[2] for place, kind in places
                          if kind in ("cgroup", "cgroup2") and place.startswith("/sys/fs/cgroup/")})
    return [
        Mode("prometheus", 0, True, ["container_memory_working_set_bytes", "node_load1"], controllers),
        Mode("metrics-only", 65532, False, ["container_memory_working_set_bytes", "node_load1"], controllers),
        Mode("beside-kube-prometheus-stack", 0, True, ["supercargo_build_info"], controllers),
        Mode("replace-cadvisor-and-node-exporter", 0, True,
             ["node_uname_info", "node_filesystem_size_bytes", "node_network_receive_bytes_total"],
             controllers, "/metrics/node"),
    ]


class ChartModes:
    def __init__(self, node, with_monitors):
        self.text = ""  # of the last scrape
        self.node = node
        self.with_monitors = with_monitors

    def run(self, mode):
        say(f"{mode.preset}: installing")
        values = {"cgroupV1Controllers": mode.controllers, "prometheus": {"rules": {"runbook": "x"}}}
        if not self.with_monitors:
            values["prometheus"] = {"monitor": {"enabled": False}, "rules": {"enabled": False}}
        with open(self.node.path("values.json"), "w", encoding="utf-8") as file:
            json.dump(values, file)
        release = (f"--namespace={NAMESPACE}", "--create-namespace", "--wait", "--timeout=120s")
        preset = os.path.join(PRESETS, mode.preset + ".yaml")
        told = self.node.helm("install", "supercargo", CHART, *release, f"--values={preset}",
                              f"--values={self.node.path('values.json')}", "--set=networkPolicy.enabled=true")
        assert "pod-security.kubernetes.io/enforce=privileged" in told, told
        self.expect_helm_test()
        pid = self.process()
        self.expect_user(pid, mode)
        self.expect_nothing_writable(pid, mode)
        self.expect_metrics(mode)
        if mode.reloads:
            self.expect_reload(mode, preset)
        self.node.helm("uninstall", "supercargo", f"--namespace={NAMESPACE}", "--wait", "--timeout=120s")
        wait_until(lambda: not self.node.pods(NAMESPACE, AGENT), "the end of the pods", seconds=120)

    def expect_the_level_of_the_notes(self):
        """Pod Security refuses the pods in a namespace of the level `baseline`, and takes them in one that is labelled as told."""
        label = ("label", "--overwrite", "namespace", NAMESPACE)
        self.node.kubectl("create", "namespace", NAMESPACE)
        self.node.kubectl(*label, "pod-security.kubernetes.io/enforce=baseline")
        self.node.helm("install", "supercargo", CHART, f"--namespace={NAMESPACE}")
        events = ("get", "events", f"--namespace={NAMESPACE}")
        wait_until(lambda: 'violates PodSecurity "baseline' in self.node.kubectl(*events), "the refusal", 60)
        self.node.helm("uninstall", "supercargo", f"--namespace={NAMESPACE}", "--wait", "--timeout=120s")
        self.node.kubectl(*label, "pod-security.kubernetes.io/enforce=privileged")
        say("Pod Security refuses the pods at the level baseline; from here on the namespace is labelled as NOTES.txt has it")

    def expect_helm_test(self):
        try:
            self.node.helm("test", "supercargo", f"--namespace={NAMESPACE}", "--timeout=120s")
        except AssertionError as failed:
            place = f"--namespace={NAMESPACE}"
            told = [self.node.kubectl(*asked, place, check=False) for asked in (
                ("logs", "supercargo-test"), ("logs", "daemonset/supercargo"),
                ("describe", "pod", f"--selector={AGENT}"))]
            raise AssertionError("\n".join([str(failed), *told])) from None

    def expect_reload(self, mode, preset):
        """A changed configuration reaches the pod that runs: same pod, no restart."""
        before = self.node.pods(NAMESPACE, AGENT)[0]
        begin = time.monotonic()
        self.node.helm("upgrade", "supercargo", CHART, f"--namespace={NAMESPACE}", f"--values={preset}",
                       f"--values={self.node.path('values.json')}", "--set=networkPolicy.enabled=true",
                       "--set=config.metrics.profile=full")
        wait_until(lambda: "\nnode_zoneinfo_" in self.scrape(mode), "the profile `full`", 120)
        after = self.node.pods(NAMESPACE, AGENT)[0]
        assert before["metadata"]["uid"] == after["metadata"]["uid"]
        assert after["status"]["containerStatuses"][0]["restartCount"] == 0
        say(f"{mode.preset}: a changed configuration is taken over in {time.monotonic() - begin:.0f} s, by the same process")

    def process(self):
        """Of the agent, as this machine counts."""
        (pod,) = self.node.pods(NAMESPACE, AGENT)
        identity = pod["status"]["containerStatuses"][0]["containerID"].removeprefix("containerd://")
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/cgroup", encoding="utf-8") as file:
                    if identity in file.read():
                        return pid
            except OSError:
                continue
        raise AssertionError("the agent has no process")

    def expect_user(self, pid, mode):
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            fields = dict(line.split(":\t", 1) for line in file.read().splitlines() if ":\t" in line)
        assert fields["Uid"].split() == [str(mode.uid)] * 4, fields["Uid"]
        for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb"):
            assert int(fields[name], 16) == 0, (name, fields[name])
        assert fields["NoNewPrivs"] == "1" and fields["Seccomp"] == "2", fields
        say(f"{mode.preset}: user {mode.uid}, no capabilities, no new privileges, seccomp")

    def expect_nothing_writable(self, pid, mode):
        command = [sys.executable, "-c", WRITES, pid, str(mode.uid)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        *written, tried = done.stdout.splitlines()
        assert written == (["made a directory in /var/lib/supercargo"] if mode.writes else []), written
        say(f"{mode.preset}: nothing of the node can be written{' but the cursors' if mode.writes else ''} ({tried})")

    def scrape(self, mode):
        (pod,) = self.node.pods(NAMESPACE, AGENT)
        address = f"http://{pod['status']['podIP']}:9655{mode.path}"
        asked = subprocess.run(["curl", "--silent", "--noproxy", "*", "--max-time", "10", address],
                               check=False, capture_output=True, text=True)
        return asked.stdout

    def expect_metrics(self, mode):
        def missing():
            self.text = self.scrape(mode)
            return [family for family in mode.families if not re.search(rf"^{family}[{{ ]", self.text, re.M)]

        wait_until(lambda: not missing(), lambda: f"{mode.preset} lacks {missing()}", 60)
        named = re.findall(r'^container_memory_working_set_bytes{container="supercargo".*', self.text, re.M)
        if "container_memory_working_set_bytes" in mode.families:
            assert named and 'namespace="monitoring"' in named[0], "the agent's own container with its names"
        say(f"{mode.preset}: {self.text.count(chr(10))} lines of {mode.path}, {', '.join(mode.families)} among them")


def main():
    told = "The chart's presets on a real API server and kubelet."
    parser = argparse.ArgumentParser(prog="./dev node presets", description=told)
    needed = f"with {', '.join(PROGRAMS + PLUGINS)}"
    parser.add_argument("--programs", required=True, metavar="DIRECTORY", help=needed)
    parser.add_argument("--crd", action="append", default=[], metavar="FILE", help="of PodMonitor and PrometheusRule")
    parser.add_argument("--preset", help="only this one")
    options = parser.parse_args()
    options.crd = [os.path.abspath(file) for file in options.crd]
    enter_own_namespaces()
    subprocess.run(["mount", "--make-rshared", "/"], check=True)  # as systemd has it: HostToContainer asks for it
    with KubernetesNode(os.path.abspath(options.programs)) as node:
        archive = node.path("agent.tar")
        image = write_image(archive)
        node.bed.import_images(archive, image)
        for file in options.crd:
            node.kubectl("create", "--validate=false", "-f", file)
        chart = ChartModes(node, with_monitors=bool(options.crd))
        if node.version >= POD_SECURITY:
            chart.expect_the_level_of_the_notes()
        for mode in modes():
            if options.preset in (None, mode.preset):
                chart.run(mode)
    say("all presets work, and nothing is left")
    return 0


if __name__ == "__main__":
    sys.exit(main())
