"""Pods of every kind whose lines can be counted, and the counting.

Each run of a container numbers its lines and ends with their count, under a name of its own:

    run=3f0c... line=0 padding
    run=3f0c... end=1
"""

import collections
import contextlib
import dataclasses
import json
import re

from container_images import IMAGE

NAMESPACE = "shop"
RUN = "R=$(cat /proc/sys/kernel/random/uuid); "
QUICKLY = r"""lines() { busybox awk -v r=$R -v n=$1 -v w=${2:-40} 'BEGIN {
  while (length(p) < w) p = p "x"
  for (i = 0; i < n; i++) printf "run=%s line=%d %s\n", r, i, p
  printf "run=%s end=%d\n", r, n }'; }; """
# Until it is told to end: some 1,000 a second. The shell's own child sleeps, so that the signal is seen soon.
SLOWLY = r"""i=0; trap 'echo "run=$R end=$i"; exit 0' TERM; while :; do echo "run=$R line=$i padding padding padding"
  i=$((i+1)); [ $((i%100)) -eq 0 ] && usleep 80000; done"""


def writes(lines, then="", width=40):
    return ["sh", "-c", f"{RUN}{QUICKLY}lines {lines} {width}; {then}"]


def container(name, command, **more):
    return {"name": name, "image": IMAGE, "imagePullPolicy": "Never", "command": command, **more}


def pod(name, containers, **spec):
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": NAMESPACE, "labels": {"app": name}},
            "spec": {"containers": containers, "terminationGracePeriodSeconds": 5, **spec}}


def of_pods(kind, version, name, **spec):
    template = pod(name, [container("web", ["sh", "-c", RUN + SLOWLY])])
    template = {"metadata": {"labels": {"app": name}}, "spec": template["spec"]}
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": NAMESPACE},
            "spec": {"template": template, **spec}}


def deployment(name, replicas):
    return of_pods("Deployment", "apps/v1", name, replicas=replicas, selector={"matchLabels": {"app": name}})


def job(name, with_sidecar):
    """Of an init container, a sidecar where there are such, and the work; it and its pods are deleted when it is done."""
    first = [container("first", writes(500))]
    if with_sidecar:
        first.append(container("sidecar", ["sh", "-c", RUN + SLOWLY], restartPolicy="Always"))
    spec = pod(name, [container("work", writes(2000, "sleep 2"))], initContainers=first, restartPolicy="Never")["spec"]
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name, "namespace": NAMESPACE},
            "spec": {"ttlSecondsAfterFinished": 0, "completions": 3, "template": {"spec": spec}}}


def static_pod():
    return pod("static", [container("web", writes(2000, "exec sleep 1000000"))])


def crashing_pod():
    return pod("crash", [container("web", writes(300, "exit 1"))])


def burst_pod():
    """100 MB as fast as it goes."""
    return pod("burst", [container("web", writes(200000, "exec sleep 1000000", width=440))])


def short_lived_pod(number):
    return pod(f"short-{number}", [container("web", writes(5000, "exec sleep 1000000"))])


def every_quality_of_service():
    """Pods that run for ever: of the three classes, with a disk's work, on the host's network, with a sidecar."""
    work = ["sh", "-c", RUN + SLOWLY]
    disk = "while :; do dd if=/dev/zero of=/cache/x bs=1024k count=20; dd if=/cache/x of=/dev/null; sleep 1; done"
    small = {"memory": "64Mi", "cpu": "200m"}
    return [
        pod("besteffort", [container("web", work)]),
        pod("guaranteed", [container("web", work, resources={"limits": small, "requests": small})]),
        pod("burstable", [container("web", work, resources={"limits": {"memory": "64Mi"}, "requests": {"cpu": "50m"}}),
                          container("disk", ["sh", "-c", disk], volumeMounts=[{"name": "cache", "mountPath": "/cache"}])],
            volumes=[{"name": "cache", "emptyDir": {}}]),
        pod("onhost", [container("web", work)], hostNetwork=True),
        pod("withinit", [container("work", work)], initContainers=[container("first", writes(50))]),
    ]


def as_list(*items):
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": list(items)})


@dataclasses.dataclass
class Run:
    pod: str
    container: str
    lines: int = 0  # first deliveries ascend
    repeated: int = 0
    missing: list = dataclasses.field(default_factory=list)
    end: int = -1

    def add(self, number):
        if number < self.lines:
            self.repeated += 1
            return
        self.missing += range(self.lines, number)
        self.lines = number + 1

    def lacks(self):
        return self.missing + list(range(self.lines, self.end))


def count(path):
    """{run: Run} of the lines that the stand-in for Loki stored, and of those that belong to none."""
    runs, strange = {}, collections.Counter()
    with open(path, encoding="utf-8") as stored:
        for text in stored:
            line = json.loads(text)
            labels = line["labels"]
            if labels.get("namespace") != NAMESPACE or "source" in labels:
                continue
            told = re.match(r"run=(\S+) (line|end)=(\d+)", line["line"])
            if told is None and line["line"] != "Killed":  # says a shell whose child ends first
                strange[line["line"][:80]] += 1
            if told is None:
                continue
            run = runs.setdefault(told[1], Run(labels["pod"], labels["container"]))
            if told[2] == "line":
                run.add(int(told[3]))
            else:
                run.end = int(told[3])
    return runs, strange


def lines_in_files(paths):
    """{run: lines of it that the files of a runtime hold}; packed ones are older."""
    lines = {}
    for path in paths:
        if path.endswith((".gz", ".tmp")):
            continue
        with contextlib.suppress(FileNotFoundError), open(path, encoding="utf-8", errors="replace") as file:
            for record in file:
                told = re.match(r"\S+ stdout F run=(\S+) line=(\d+) .*\n", record)
                if told:
                    lines[told[1]] = max(lines.get(told[1], 0), int(told[2]) + 1)
    return lines
