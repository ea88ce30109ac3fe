#!/usr/bin/env python3
"""By hand: what a real API server says to every manifest that the repository ships. Warnings are defects, too.

usage: on_an_api_server.py --programs DIRECTORY [--helm PROGRAM]... [--crd FILE]...

DIRECTORY holds etcd, kube-apiserver, kubectl and helm, as for ./dev node; another helm by --helm. A --crd is a
CustomResourceDefinition, see check_manifests.py. Objects whose kind no --crd defines are left out, and named.
Needs root, for a network of its own; nothing outside of a temporary directory is touched. 5 minutes.

- The presets, the examples and the chart with all that it has, rendered by each helm, are applied with
  `--dry-run=server --validate=strict`, on the client's side and on the server's, in a namespace with the label
  that NOTES.txt names.
- What Pod Security says to the pods below that level is what README.md says that they ask for, and no more.
- helm installs, upgrades and uninstalls each of them, and leaves nothing.
- Overlays of helm/gitops, and the chart as Argo CD would render it, are applied twice: the second time nothing
  is left to be changed. What Flux and Argo CD are given is valid.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys

import yaml

import render

sys.path.insert(0, str(render.HERE.parent / "e2e"))
import kubernetes_node  # noqa: E402

LEVEL = "pod-security.kubernetes.io"
NAMESPACES = {"monitoring": {f"{LEVEL}/enforce": "privileged"}, "below": {f"{LEVEL}/warn": "baseline"},
              "flux-system": {}, "argocd": {}}
EVERYTHING = {
    "dashboards.enabled": "true", "networkPolicy.enabled": "true", "prometheus.monitor.enabled": "true",
    "prometheus.rules.enabled": "true", "prometheus.rules.groups": "{supercargo,containers,node}",
}
KINDS = "daemonset,service,configmap,serviceaccount,networkpolicy,clusterrole,clusterrolebinding"
STRICT = ("apply", "--dry-run=server", "--validate=strict", "-f", "-")


class ApiServer(kubernetes_node.KubernetesNode):
    """The control plane alone: nothing runs a pod."""

    def start(self):
        os.makedirs(self.directory)
        kubernetes_node.run("ip", "link", "set", "lo", "up")
        for address in (kubernetes_node.HOST, kubernetes_node.API):
            kubernetes_node.run("ip", "address", "add", f"{address}/32", "dev", "lo")
        self._make_certificates()
        self._start_control_plane()

    def _run_part(self, program, *arguments):
        if program in ("etcd", "kube-apiserver"):
            super()._run_part(program, *arguments)

    def ask(self, *arguments, stdin=None, program="kubectl"):
        program = os.path.join(self.programs, program)  # one that is given with its directory stays as it is
        return run(program, f"--kubeconfig={self.path('kubeconfig')}", *arguments, stdin=stdin)


def run(*command, stdin=None):
    return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)


class Judge:
    """What the server said that it should not have, by what it was asked."""

    def __init__(self, server, crds):
        self.server = server
        self.left_out = set()
        self.questions = 0
        self.problems = 0
        self.version = json.loads(server.kubectl("version", "-o", "json"))["serverVersion"]["gitVersion"]
        for name, labels in NAMESPACES.items():
            metadata = {"name": name, "labels": labels}
            item = {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
            server.kubectl("apply", "-f", "-", stdin=json.dumps(item))
            server.kubectl("create", "serviceaccount", "default", f"--namespace={name}")
        for crd in crds:
            self.expect(crd.name, server.ask("create", "--validate=false", "-f", str(crd)))
        if crds:
            server.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
        self.kinds = {line.split()[-1] for line in server.kubectl("api-resources", "--no-headers").splitlines()}

    def object(self, problem):
        self.problems += 1
        print(problem, flush=True)

    def expect(self, what, done, *words):
        """Success, no word on stderr, and the words in the answer, which is returned."""
        self.questions += 1
        said = [line for line in done.stderr.splitlines() if line.strip()]
        said += [f"it does not say {word!r}: {done.stdout}" for word in words if word not in done.stdout]
        if done.returncode != 0 and not said:
            said = [f"exit {done.returncode}: {done.stdout[:2000]}"]
        for line in said:
            self.object(f"{what}: {line}")
        return done.stdout

    def known(self, text):
        """Without objects of kinds that the server has not."""
        items = [item for item in yaml.safe_load_all(text) if item]
        self.left_out |= {item["kind"] for item in items} - self.kinds
        return yaml.safe_dump_all([item for item in items if item["kind"] in self.kinds])

    def dry_run(self, what, text):
        text = self.known(text)
        for side in ((), ("--server-side", "--field-manager=test")) if text else ():
            self.expect(f"{what}, apply {side}", self.server.ask(*STRICT, *side, stdin=text))
        return text


def cases():
    """Name: the values of helm."""
    names = (*render.CASES, *render.SHIPPED)
    flags = {case: [f"--values={file}" for file in render.values_of(case)] for case in names}
    flags["everything"] = [f"--set={key}={value}" for key, value in EVERYTHING.items()]
    replace = flags["presets_replace-cadvisor-and-node-exporter"]
    flags["replace with everything"] = [*replace, *flags["everything"]]
    return flags


def rendered(judge, helm, flags):
    return run(helm, "template", "supercargo", str(render.CHART), "--namespace=monitoring",
               f"--kube-version={judge.version}", *flags)


def check_rendered(judge, helm):
    version = run(helm, "version", "--short").stdout.strip()
    for name, flags in cases().items():
        what = f"helm {version}, {name}"
        text = judge.dry_run(what, judge.expect(f"{what}, template", rendered(judge, helm, flags)))
        for pod in pods_of(text):
            check_pod_security(judge, what, pod)
    print(f"helm {version}: {len(cases())} sets of values, on Kubernetes {judge.version}", flush=True)


def pods_of(text):
    """As Pods: of a DaemonSet's the level of a namespace only warns."""
    for item in yaml.safe_load_all(text):
        spec = {"Pod": lambda own: own, "DaemonSet": lambda own: own["template"]["spec"]}.get(item["kind"])
        if spec:
            metadata = {"name": f"of-the-{item['kind'].lower()}", "namespace": "below"}
            own = {**spec(item["spec"]), "serviceAccountName": "default"}
            yield {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": own}


def check_pod_security(judge, what, pod):
    """Below the level `privileged` only what README.md names is refused: what is the node's."""
    spec = pod["spec"]
    spec.pop("priorityClassName", None)  # the server's to resolve
    asked = {
        "hostPath volumes": any("hostPath" in volume for volume in spec.get("volumes", ())),
        "host namespaces": spec.get("hostPID") or spec.get("hostNetwork"),
        "hostPort": spec.get("hostNetwork"),
        "seLinuxOptions": spec.get("securityContext", {}).get("seLinuxOptions"),
    }
    expected = {name for name, is_asked in asked.items() if is_asked}
    done = judge.server.ask("apply", "--dry-run=server", "-f", "-", stdin=json.dumps(pod))
    violated = re.search(r'would violate PodSecurity "[^"]*": (.*)', done.stderr)
    found = set(re.findall(r"(?:^|, )([\w ]+?) \(", violated[1])) if violated else set()
    if found != expected and judge.version > "v1.25":  # which brought it
        judge.object(f"{what}, {pod['metadata']['name']}: violates {sorted(found)}, not {sorted(expected)}")


def check_life(judge, helm):
    """Installed, upgraded to the same, and uninstalled."""
    for name, flags in cases().items():
        kinds = re.findall(r"^kind: (\w+)", rendered(judge, helm, flags).stdout, re.MULTILINE)
        if not judge.kinds.issuperset(kinds):
            continue
        release = ("supercargo", "--namespace=monitoring")
        for verb in ("install", "upgrade"):
            done = judge.server.ask(verb, *release, str(render.CHART), *flags, program=helm)
            judge.expect(f"{helm}, {name}, {verb}", done, "STATUS: deployed")
        judge.expect(f"{helm}, {name}, uninstall", judge.server.ask("uninstall", *release, program=helm))
        selector = "--selector=app.kubernetes.io/name=supercargo"
        left = judge.server.kubectl("get", KINDS, "--all-namespaces", selector, "-o", "name")
        for line in left.splitlines():
            judge.object(f"{helm}, {name}: left {line}")
    print(f"{helm}: installed, upgraded and uninstalled", flush=True)


def check_drift(judge, what, text):
    """Applied twice, by the client and by the server: the second time there is nothing to be changed."""
    own = [item for item in yaml.safe_load_all(text) if item["kind"] != "Namespace"]
    for side in ((), ("--server-side",)):
        for _ in range(2):
            applied = judge.server.ask("apply", *side, "-f", "-", stdin=text)
            told = judge.expect(f"{what}, apply {side}", applied)
        for line in told.splitlines() if not side else ():
            if not line.endswith(" unchanged"):
                judge.object(f"{what}: the second time {line}")
        judge.expect(f"{what}, diff {side}", judge.server.ask("diff", *side, "-f", "-", stdin=text))
        judge.server.kubectl("delete", "--wait=false", "-f", "-", stdin=yaml.safe_dump_all(own))


def check_gitops(judge, helm):
    for overlay in sorted((render.GITOPS / "overlays").iterdir()):
        made = judge.expect(overlay.name, judge.server.ask("kustomize", str(overlay)))
        check_drift(judge, overlay.name, judge.dry_run(overlay.name, made))
    for case in ("default", "replace with everything"):
        check_drift(judge, case, judge.known(rendered(judge, helm, [*cases()[case], "--no-hooks"]).stdout))
    judge.dry_run("flux", judge.expect("flux", judge.server.ask("kustomize", str(render.GITOPS / "flux"))))
    judge.dry_run("argocd", (render.GITOPS / "argocd" / "application.yaml").read_text(encoding="utf-8"))
    readme = (render.GITOPS / "README.md").read_text(encoding="utf-8")
    for text in re.findall(r"^```yaml\n(.*?)^```", readme, re.MULTILINE | re.DOTALL):
        judge.dry_run("gitops/README.md", text)
    print("overlays and the chart: applied twice, the second time nothing changes", flush=True)


def main():
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    parser.add_argument("--programs", required=True, type=pathlib.Path)
    parser.add_argument("--helm", action="append", default=[], type=os.path.abspath)
    parser.add_argument("--crd", action="append", default=[], type=pathlib.Path)
    options = parser.parse_args()
    kubernetes_node.enter_own_namespaces()
    programs = os.path.abspath(options.programs)
    own_helm = os.path.join(programs, "helm")
    with ApiServer(programs) as server:
        judge = Judge(server, options.crd)
        check_gitops(judge, own_helm)
        for helm in (own_helm, *options.helm):
            check_rendered(judge, helm)
            check_life(judge, helm)
    print(f"{judge.questions} questions, {judge.problems} problems")
    if judge.left_out:
        print(f"left out, for want of a --crd: {', '.join(sorted(judge.left_out))}")
    return 1 if judge.problems else 0


if __name__ == "__main__":
    sys.exit(main())
