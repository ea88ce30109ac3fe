"""The presets and examples: what the chart makes of them, and that the table of values explains every one."""

import pathlib
import re
import sys
import tempfile
import unittest

import yaml

import render
from test_chart import SECURITY, Chart, agent

sys.path.insert(0, str(render.CHART.parent))
import values_table  # noqa: E402

README = (render.CHART / "README.md").read_text(encoding="utf-8")


def given(case):
    return yaml.safe_load(render.SHIPPED[case].read_text(encoding="utf-8"))


class Shipped(unittest.TestCase):
    def test_there_are_presets_and_examples(self):
        names = set(render.SHIPPED)
        self.assertLessEqual({"presets_prometheus", "presets_metrics-only", "examples_kind", "examples_talos"}, names)

    def test_the_kept_objects_are_what_the_chart_renders(self):
        for case, path in render.SHIPPED.items():
            with self.subTest(case):
                kept = render.kept_file(case).read_text(encoding="utf-8")
                self.assertTrue(kept.startswith(render.header(case)), "the chart has changed: run tests/helm/render.py")
                made = render.template(*render.value_flags(case))
                if made is None:
                    continue
                self.assertEqual(made.returncode, 0, made.stderr)
                self.assertEqual(kept, render.header(case) + made.stdout)
                linted = render.helm("lint", "--strict", render.CHART, f"--values={path}")
                self.assertEqual(linted.returncode, 0, linted.stdout)

    def test_the_agent_accepts_their_configuration(self):
        for case in render.SHIPPED:
            with self.subTest(case), tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
                file.write(Chart(case).config_text)
                file.flush()
                result = agent("check", "--config", file.name)
                self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_every_value_that_they_set_is_in_the_objects_as_it_is(self):
        for case in render.SHIPPED:
            config = Chart(case).config
            for key, value in given(case).get("config", {}).items():
                if isinstance(value, dict):
                    self.assertLessEqual(value.items(), config[key].items(), case)
                else:
                    self.assertEqual(config[key], value, case)

    def test_pods_are_root_without_capabilities_or_nobody_without_logs(self):
        for case in render.SHIPPED:
            with self.subTest(case):
                chart = Chart(case)
                alone = given(case).get("metricsOnly", False)
                nobody = {"runAsUser": 65532, "runAsGroup": 65532, "runAsNonRoot": True}
                self.assertEqual(chart.container["securityContext"], {**SECURITY, **(nobody if alone else {})})
                writable = {host for host, (_, read_only) in chart.mounts().items() if not read_only}
                self.assertEqual(writable, set() if alone else {chart.config["data_dir"]})
                logs = {"/var/log/pods", "/var/log/containers"} if alone else {"/var/log"}
                self.assertEqual({host for host in chart.mounts() if host.startswith("/var/log")}, logs)
                self.assertFalse({host for host in chart.mounts() if "docker" in host or host.startswith("/run")})

    def test_the_nodes_namespaces_are_for_replacing_alone(self):
        for case in render.SHIPPED:
            chart = Chart(case)
            wanted = case == "presets_replace-cadvisor-and-node-exporter"
            for key in ("hostPID", "hostNetwork"):
                self.assertEqual(chart.pod["spec"].get(key, False), wanted, case)
            self.assertEqual("/" in chart.mounts(), wanted, case)
            if wanted:
                self.assertEqual(chart.pod["spec"]["dnsPolicy"], "ClusterFirstWithHostNet")
                (root,) = [mount for mount in chart.container["volumeMounts"] if mount["name"] == "root"]
                self.assertEqual((root["mountPath"], root["mountPropagation"]), ("/host", "HostToContainer"))

    def test_openshift_allows_what_the_pods_ask_for_and_no_more(self):
        chart = Chart("examples_openshift")
        constraints = chart.objects["SecurityContextConstraints"]
        self.assertEqual(constraints["users"], ["system:serviceaccount:monitoring:supercargo"])
        for key in ("allowHostIPC", "allowHostNetwork", "allowHostPID", "allowHostPorts", "allowPrivilegedContainer"):
            self.assertIs(constraints[key], False, key)
        used = {next(iter(set(volume) - {"name"})) for volume in chart.pod["spec"]["volumes"]}
        self.assertLessEqual(used, set(constraints["volumes"]))

    def test_environments_of_lines_are_those_of_metrics(self):
        chart = Chart("operator")
        (endpoint, *_) = chart.objects["PodMonitor"]["spec"]["podMetricsEndpoints"]
        rules = [rule for rule in endpoint["metricRelabelings"] if rule.get("targetLabel") == "environment"]
        self.assertEqual(
            rules,
            [
                {"action": "replace", "targetLabel": "environment", "replacement": "production"},
                {"action": "replace", "sourceLabels": ["namespace"], "regex": "(?:(dev|test)-.+)",
                 "targetLabel": "environment", "replacement": "test"},
                {"action": "replace", "sourceLabels": ["namespace"], "regex": "(?:staging)|(?:.*-stagin.)",
                 "targetLabel": "environment", "replacement": "staging"},
            ])
        self.assertEqual(endpoint["metricRelabelings"][-1]["action"], "drop", "the user's come last")
        labels = {rule["targetLabel"]: rule for rule in endpoint["relabelings"]}
        self.assertEqual(labels["cluster"]["replacement"], "test")

    def test_what_is_mounted_below_the_nodes_directories_is_read_only_too_where_kubernetes_can(self):
        for version, value, expected in (("1.32.9", "auto", None), ("1.33.0", "auto", "IfPossible"),
                                         ("1.36.1-gke.100", "auto", "IfPossible"), ("1.36.0", "Disabled", None),
                                         ("1.20.0", "Enabled", "Enabled")):
            flags = [f"--kube-version={version}", f"--set=recursiveReadOnly={value}",
                     "--set=hostRootFsMount.enabled=true", '--set-json=cgroupV1Controllers=["memory"]']
            made = render.helm("template", "a", render.CHART, *flags)
            if made is None:
                self.skipTest("there is no helm on the PATH")
            self.assertEqual(made.returncode, 0, made.stderr)
            (item,) = [item for item in yaml.safe_load_all(made.stdout) if item and item["kind"] == "DaemonSet"]
            mounts = item["spec"]["template"]["spec"]["containers"][0]["volumeMounts"]
            found = {mount["name"]: mount.get("recursiveReadOnly") for mount in mounts}
            for name in ("log", "proc", "sys", "cgroup", "cgroup-memory"):
                self.assertEqual(found[name], expected, (version, value, name))
            for name in ("config", "data", "root"):
                self.assertIsNone(found[name])

    def test_helm_refuses_outputs_where_no_logs_are_mounted(self):
        flags = ["--set=metricsOnly=true", '--set-json=config.outputs=[{"name":"a","type":"stdout"}]']
        made = render.template(*flags)
        if made is not None:
            self.assertNotEqual(made.returncode, 0)
            self.assertIn("metricsOnly: config.outputs must be empty", made.stderr)

    def test_more_manifests_are_rendered_as_templates(self):
        extra = '[{"apiVersion":"v1","kind":"Secret","metadata":{"name":"{{ .Release.Name }}-x"}},"kind: List\\nname: a"]'
        made = render.template(f"--set-json=extraManifests={extra}")
        if made is not None:
            self.assertEqual(made.returncode, 0, made.stderr)
            objects = [item for item in yaml.safe_load_all(made.stdout) if item]
            self.assertIn("supercargo-x", [item.get("metadata", {}).get("name") for item in objects])
            self.assertIn({"kind": "List", "name": "a"}, objects)

    def test_names_and_labels_fit_also_those_of_a_long_release(self):
        made = render.helm("template", "x" * 53, render.CHART, "--namespace=n", "--set=dashboards.enabled=true")
        if made is not None:
            self.assertEqual(made.returncode, 0, made.stderr)
            for item in yaml.safe_load_all(made.stdout):
                metadata = item["metadata"] if item else {"name": ""}
                limit = 63 if item and item["kind"] in ("Service", "Pod") else 253
                self.assertLessEqual(len(metadata["name"]), limit)
                self.assertFalse([value for value in metadata.get("labels", {}).values() if len(value) > 63])


class Readme(unittest.TestCase):
    def test_every_value_is_explained_and_in_the_schema(self):
        self.assertEqual(values_table.problems(), [])

    def test_the_tables_are_current(self):
        self.assertEqual(README, values_table.readme(), "run ./dev docs")

    def test_every_key_has_its_type_default_and_meaning(self):
        rows = [line for line in values_table.table().splitlines() if not line.startswith(("| Key", "|---"))]
        self.assertGreater(len(rows), 60)
        for row in rows:
            self.assertRegex(row, r"^\| [\w.]+ \| (string|list|object|bool|int) \| `.*` \| .{10,} \|$")
        self.assertIn('| prometheus.rules.groups | list | `["supercargo", "containers"]` |', "\n".join(rows))

    def test_a_value_without_a_description_or_schema_is_noticed(self):
        with tempfile.TemporaryDirectory() as directory:
            copy = pathlib.Path(directory)
            for name in ("values.yaml", "values.schema.json"):
                (copy / name).write_text((render.CHART / name).read_text(encoding="utf-8"), encoding="utf-8")
            with open(copy / "values.yaml", "a", encoding="utf-8") as file:
                file.write("unexplained: 1\n")
            chart, values_table.CHART = values_table.CHART, copy
            self.addCleanup(setattr, values_table, "CHART", chart)
            self.assertEqual(len(values_table.problems()), 2)

    def test_the_agent_accepts_the_configurations_of_the_readme(self):
        blocks = re.findall(r"^```yaml\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
        self.assertGreaterEqual(len(blocks), 2)
        for block in blocks:
            with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
                yaml.safe_dump(yaml.safe_load(block)["config"], file)
                file.flush()
                result = agent("check", "--config", file.name)
                self.assertEqual((result.returncode, result.stderr), (0, ""), block)

    def test_presets_have_their_two_lines_and_examples_are_named(self):
        for case, path in render.SHIPPED.items():
            lines = path.read_text(encoding="utf-8").splitlines()
            self.assertTrue(lines[0].startswith("# "), case)
            if path.parent.name == "presets":
                self.assertTrue(lines[1].startswith("# "), case)
                self.assertIn(lines[0].removeprefix("# "), README)


if __name__ == "__main__":
    unittest.main()
