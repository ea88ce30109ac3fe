"""Values: each does something, mistakes are refused by name, and NOTES.txt says what holds. Needs helm on the PATH."""

import json
import pathlib
import shutil
import sys
import tempfile
import unittest

import yaml

import render

sys.path.insert(0, str(render.CHART.parent))
import values_table  # noqa: E402

# With these all of the chart's objects are rendered.
ALL = {"prometheus": {"monitor": {"enabled": True}, "rules": {"enabled": True}}, "networkPolicy": {"enabled": True},
       "dashboards": {"enabled": True}, "openShift": {"securityContextConstraints": True}}
NO_MONITOR = {"prometheus": {"monitor": {"enabled": False}}}
ROOT = {"hostRootFsMount": {"enabled": True}}
RELABELING = [{"action": "drop", "sourceLabels": ["__name__"], "regex": "go_.*"}]
# {key: (another value, what it needs beside it)}; lists and mappings in the place of empty ones.
OTHERS = {
    "global.imageRegistry": "r.test", "global.imagePullSecrets": [{"name": "a"}], "image.registry": "r.test",
    "image.repository": "other", "image.tag": "9", "image.digest": "sha256:" + "0" * 64, "image.pullPolicy": "Always",
    "imagePullSecrets": [{"name": "a"}], "nameOverride": "other", "fullnameOverride": "other",
    "namespaceOverride": "other", "commonLabels": {"a": "b"}, "config.data_dir": "/var/lib/other",
    "config.host_root": "/node", "config.host.proc": "/node/proc", "config.host.sys": "/node/sys",
    "config.http.listen": "[::]:9700", "config.metrics.mode": "replace", "config.logs.sources": [{"type": "docker"}],
    "config.logs.environments": [{"namespaces": ["a"], "environment": "b"}],
    "config.outputs": [{"name": "a", "type": "stdout"}], "metricsOnly": True, "env": [{"name": "A", "value": "b"}],
    "envFrom": [{"secretRef": {"name": "a"}}], "extraArgs": ["--listen=:1"], "extraVolumes": [{"name": "a", "emptyDir": {}}],
    "extraVolumeMounts": [{"name": "a", "mountPath": "/a"}], "extraManifests": ["kind: List"], "hostPID": True,
    "hostNetwork": True, "dnsPolicy": "Default", "dnsConfig": {"searches": ["a.test"]},
    "hostRootFsMount.enabled": True, "hostRootFsMount.mountPropagation": ("None", ROOT),
    "hostRootFsMount.recursiveReadOnly": ("Enabled", ROOT), "recursiveReadOnly": "Enabled",
    "serviceAccount.create": False, "serviceAccount.name": "other", "serviceAccount.annotations": {"a": "b"},
    "service.enabled": False, "service.annotations": {"a": "b"}, "rbac.create": False,
    "openShift.securityContextConstraints": False, "scheme": "https", "prometheus.monitor.enabled": False,
    "prometheus.monitor.additionalLabels": {"a": "b"}, "prometheus.monitor.interval": "30s",
    "prometheus.monitor.scrapeTimeout": "20s", "prometheus.monitor.cluster": "eu",
    "prometheus.monitor.relabelings": RELABELING, "prometheus.monitor.metricRelabelings": RELABELING,
    "prometheus.monitor.tlsConfig": {"insecureSkipVerify": True},
    "prometheus.monitor.basicAuth": {"username": {"name": "a", "key": "b"}}, "prometheus.monitor.sampleLimit": 9,
    "prometheus.rules.enabled": False, "prometheus.rules.additionalLabels": {"a": "b"},
    "prometheus.rules.groups": ["node"], "prometheus.rules.runbook": "https://wiki.test", "dashboards.enabled": False,
    "dashboards.namespace": "other", "dashboards.labels": {"a": "b"}, "dashboards.annotations": {"a": "b"},
    "dashboards.loki": False, "dashboards.graylogUrl": "https://graylog.test", "networkPolicy.enabled": False,
    "networkPolicy.from": [{"podSelector": {}}], "networkPolicy.egress": [{"ports": [{"port": 3100}]}],
    "cgroupV1Controllers": ["memory"], "podAnnotations": ({"a": "b"}, NO_MONITOR), "podLabels": {"a": "b"},
    "podSecurityContext": {"runAsNonRoot": False}, "securityContext": {"runAsUser": 1},
    "resources": {"limits": {"memory": "1Gi"}}, "tolerations": [], "nodeSelector": {"a": "b"},
    "affinity": {"nodeAffinity": {"a": "b"}}, "priorityClassName": "system-node-critical",
    "updateStrategy": {"rollingUpdate": {"maxUnavailable": 1}}, "minReadySeconds": 9, "revisionHistoryLimit": 9,
    "rollOnConfigChange": True, "terminationGracePeriodSeconds": 99, "livenessProbe": {"periodSeconds": 9},
    "readinessProbe": {"failureThreshold": 9},
}
# Values that are wrong, and the words by which helm 3 and 4 name what is.
MISTAKES = [
    ({"resources": {"limit": {"memory": "1Gi"}}}, ("resources", "limit")),
    ({"updateStrategy": {"maxUnavailable": "10%"}}, ("updateStrategy", "maxUnavailable")),
    ({"updateStrategy": {"rollingUpdate": {"maxUnavailable": "ten"}}}, ("rollingUpdate", "maxUnavailable")),
    ({"livenessProbe": {"period": 3}}, ("livenessProbe", "period")),
    ({"tolerations": [{"key": "a", "effects": "NoSchedule"}]}, ("tolerations", "effects")),
    ({"env": [{"name": "A", "values": "x"}]}, ("env", "values")),
    ({"envFrom": [{"secret": {"name": "a"}}]}, ("envFrom", "secret")),
    ({"extraVolumeMounts": [{"name": "a", "path": "/a"}]}, ("extraVolumeMounts", "path")),
    ({"prometheus": {"monitor": {"interval": "30 s"}}}, ("monitor", "interval")),
    ({"prometheus": {"monitor": {"relabelings": [{"source_labels": ["a"]}]}}}, ("relabelings", "source_labels")),
    ({"imagePullSecrets": ["registry"]}, ("imagePullSecrets", "object")),
    ({"image": {"tag": 1.5}}, ("image", "tag", "string")),
    ({"securityContext": {"runAsUsr": 1}}, ("securityContext", "runAsUsr")),
    ({"podSecurityContext": {"fsgroup": 1}}, ("podSecurityContext", "fsgroup")),
    ({"networkPolicy": {"from": [{"nameSpaceSelector": {}}]}}, ("networkPolicy", "nameSpaceSelector")),
    ({"serviceMonitor": {"enabled": True}}, ("serviceMonitor",)),
    ({"config": {"outputs": [{"name": "a", "type": "loki", "url": "http://x", "tennant": "a"}]}}, ("tennant",)),
    ({"config": {"memory_limit": "64 apples"}}, ("config", "memory_limit")),
    ({"config": {"host_root": "/"}}, ("config.host_root",)),
]


def nested(key, value):
    for name in reversed(key.split(".")):
        value = {name: value}
    return value


def merged(*trees):
    result = {}
    for tree in trees:
        for key, value in tree.items():
            both = isinstance(value, dict) and isinstance(result.get(key), dict)
            result[key] = merged(result[key], value) if both else value
    return result


@unittest.skipUnless(shutil.which("helm"), "there is no helm on the PATH")
class ValuesTest(unittest.TestCase):
    def rendered(self, values, chart=render.CHART, *flags):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            json.dump(values, file)
            file.flush()
            return render.helm("template", "supercargo", chart, "--namespace=monitoring", f"--values={file.name}",
                               f"--kube-version={render.KUBERNETES}", *flags)

    def text(self, values):
        made = self.rendered(values)
        self.assertEqual(made.returncode, 0, made.stderr)
        return made.stdout

    def test_every_value_changes_what_is_rendered(self):
        chart = yaml.safe_load((render.CHART / "values.yaml").read_text(encoding="utf-8"))
        described = values_table.descriptions((render.CHART / "values.yaml").read_text(encoding="utf-8"))
        keys = {".".join(path) for path, _ in values_table.leaves(chart, described)}
        self.assertEqual(set(OTHERS), keys)
        usual = {}
        for key, other in OTHERS.items():
            value, needed = other if isinstance(other, tuple) else (other, {})
            base = merged(ALL, needed)
            if str(base) not in usual:
                usual[str(base)] = self.text(base)
            self.assertNotEqual(self.text(merged(base, nested(key, value))), usual[str(base)], key)

    def test_a_mistake_is_refused_by_its_name(self):
        for values, words in MISTAKES:
            made = self.rendered(values)
            self.assertNotEqual(made.returncode, 0, values)
            for word in words:
                self.assertIn(word, made.stderr, values)

    def test_what_the_agent_may_reach_is_its_receivers_names_and_the_api(self):
        for api, count in (("auto", 3), ("off", 2)):
            rules = [{"to": [{"podSelector": {}}], "ports": [{"port": 3100, "protocol": "TCP"}]}]
            policy = {"enabled": True, "egress": rules}
            made = self.rendered({"networkPolicy": policy, "config": {"kubernetes": {"api": api}}},
                                 render.CHART, "--show-only=templates/networkpolicy.yaml")
            spec = yaml.safe_load(made.stdout)["spec"]
            self.assertEqual(spec["policyTypes"], ["Ingress", "Egress"])
            self.assertEqual(len(spec["egress"]), count)
            self.assertEqual({port["port"] for port in spec["egress"][0]["ports"]}, {53, 5353})
            self.assertEqual(spec["egress"][-1], rules[0])

    def test_the_notes_say_what_holds(self):
        registry = {"image": {"registry": "r.test"}}
        replace = {"config": {"metrics": {"mode": "replace"}}}
        monitor = {"prometheus": {"monitor": {"enabled": True, "additionalLabels": {"release": "kps"}}}}
        outputs = {"config": {"outputs": [{"name": "a", "type": "stdout"}]}}
        cases = [
            ({}, ["No log is read yet", "names no registry", "by their prometheus.io annotations, or through the",
                  "helm test supercargo --namespace monitoring", "(start_at: end)", "nothing is to be done"], []),
            (registry, ["label --overwrite namespace monitoring"], ["names no registry"]),
            (merged(outputs, {"scheme": "https"}), ["at https://localhost:9655/", "a (stdout)"], ["No log is read"]),
            (monitor, ["selects monitors with release=kps"], ["prometheus.io", "take the place"]),
            (merged(monitor, replace), ["nodeExporter.enabled: false"], ["given by the monitor"]),
            (replace, ["given by the monitor"], []),
            ({"service": {"enabled": False}}, ["prometheus.io annotations. With"], ["helm test", "headless"]),
            ({"podAnnotations": {"prometheus.io/scrape": "false"}}, ["through the headless Service"], ["annotations."]),
            ({"rollOnConfigChange": True}, ["rolls the pods"], ["nothing is to be done"]),
            ({"networkPolicy": {"enabled": True}, "hostNetwork": True}, ["The NetworkPolicy does not hold"], []),
            ({"dashboards": {"enabled": True}}, ["with grafana_dashboard=1 in the namespace monitoring."], []),
            ({"metricsOnly": True}, ["as user 65532"], ["No log is read", "start_at"]),
            ({"namespaceOverride": "other"}, ["-n other rollout", "helm test supercargo --namespace monitoring"], []),
        ]
        chart = self.chart_with_its_notes_as_an_object()
        for values, words, others in cases:
            made = self.rendered(values, chart, "--show-only=templates/notes.yaml")
            self.assertEqual(made.returncode, 0, made.stderr)
            notes = yaml.safe_load(made.stdout)["data"]["notes"]
            self.assertNotIn("\n\n\n", notes, values)
            for word in words:
                self.assertIn(word, notes, values)
            for word in others:
                self.assertNotIn(word, notes, values)

    def chart_with_its_notes_as_an_object(self):
        """`helm template` shows objects alone."""
        directory = tempfile.mkdtemp(prefix="supercargo-chart-")
        self.addCleanup(shutil.rmtree, directory)
        chart = pathlib.Path(directory) / "supercargo"
        shutil.copytree(render.CHART, chart)
        shutil.move(chart / "templates" / "NOTES.txt", chart / "NOTES.txt")
        (chart / "templates" / "notes.yaml").write_text(
            'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: notes}\n'
            'data:\n  notes: {{ tpl (.Files.Get "NOTES.txt") . | toJson }}\n', encoding="utf-8")
        return chart


if __name__ == "__main__":
    unittest.main()
