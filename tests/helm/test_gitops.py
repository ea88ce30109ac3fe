"""helm/gitops: its base is what the chart renders, and every overlay is one that the agent and kustomize accept."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest

import yaml

import render
from test_chart import Chart, agent

OVERLAYS = sorted(path for path in (render.GITOPS / "overlays").iterdir() if path.is_dir())


def loaded(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def kustomized(directory):
    """The objects that kubectl makes of it, or None where there is no kubectl."""
    if shutil.which("kubectl") is None:
        return None
    made = subprocess.run(["kubectl", "kustomize", directory], capture_output=True, text=True, check=False, timeout=60)
    assert made.returncode == 0, made.stderr
    return [item for item in yaml.safe_load_all(made.stdout) if item]


class GitOpsTest(unittest.TestCase):
    def test_the_base_is_what_the_chart_renders(self):
        kept = render.kept_file("gitops").read_text(encoding="utf-8")
        self.assertTrue(kept.startswith(render.header("gitops")), "the chart has changed: run tests/helm/render.py")
        for _ in range(2):
            made = render.template(*render.value_flags("gitops"))
            if made is not None:
                self.assertEqual(made.returncode, 0, made.stderr)
                self.assertEqual(kept, render.header("gitops") + made.stdout)
        self.assertNotIn("helm.sh/hook", kept)

    def test_nothing_is_written_otherwise_by_the_api_server(self):
        """Else `kubectl apply` changes the objects each time, and Argo CD never sees them in order."""
        for chart in map(Chart, (*render.CASES, *render.SHIPPED)):
            self.assertNotIn(0, chart.objects["DaemonSet"]["spec"].values(), "nought is left out")
            for endpoint in chart.objects.get("PodMonitor", {"spec": {}})["spec"].get("podMetricsEndpoints", ()):
                for rule in endpoint["relabelings"] + endpoint.get("metricRelabelings", []):
                    self.assertIn("action", rule)

    def test_every_file_that_is_named_is_there_and_no_other(self):
        for directory in (render.GITOPS / "base", render.GITOPS / "flux", *OVERLAYS):
            kustomization = loaded(directory / "kustomization.yaml")
            named = {"kustomization.yaml", *(name for name in kustomization["resources"] if "/" not in name)}
            for generator in kustomization.get("configMapGenerator", ()):
                named |= set(generator["files"])
            named |= {patch["path"] for patch in kustomization.get("patches", ()) if "path" in patch}
            self.assertEqual({path.name for path in directory.iterdir()}, named, directory)

    def test_the_agent_accepts_the_configuration_of_every_overlay_and_it_names_its_environment(self):
        base = [item for item in yaml.safe_load_all(render.kept_file("gitops").read_text(encoding="utf-8")) if item]
        (config_map,) = [item for item in base if item["kind"] == "ConfigMap"]
        rendered = yaml.safe_load(config_map["data"]["supercargo.yaml"])
        for overlay in OVERLAYS:
            path = overlay / "supercargo.yaml"
            checked = agent("check", "--config", str(path))
            self.assertEqual((checked.returncode, checked.stderr), (0, ""), overlay)
            config = loaded(path)
            for key in ("data_dir", "host_root", "host", "http"):  # mounts and ports are the base's
                self.assertEqual(config[key], rendered[key], key)
            self.assertEqual(config["logs"]["environment"], overlay.name)
            self.assertEqual(config["logs"]["sources"], rendered["logs"]["sources"])

    def check_values(self, values):
        schema = json.loads((render.CHART / "values.schema.json").read_text(encoding="utf-8"))
        self.assertLessEqual(set(values), set(schema["properties"]))
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            yaml.safe_dump(values, file)
            file.flush()
            made = render.template(f"--values={file.name}")
        if made is not None:
            self.assertEqual(made.returncode, 0, made.stderr)

    def test_flux_has_its_namespaces_and_values_that_the_schema_and_the_agent_accept(self):
        release = loaded(render.GITOPS / "flux" / "release.yaml")
        source = loaded(render.GITOPS / "flux" / "source.yaml")
        reference = release["spec"]["chart"]["spec"]["sourceRef"]
        self.assertEqual((reference["kind"], reference["name"]), (source["kind"], source["metadata"]["name"]))
        self.assertTrue((render.CHART.parents[1] / release["spec"]["chart"]["spec"]["chart"] / "Chart.yaml").exists())
        namespace = loaded(render.GITOPS / "flux" / "namespace.yaml")
        self.assertEqual(namespace["metadata"]["name"], release["metadata"]["namespace"], "flux brings its own")
        self.assertEqual(namespace, loaded(render.GITOPS / "base" / "namespace.yaml"))
        self.check_values(release["spec"]["values"])

    def test_argo_cd_has_a_privileged_namespace_and_values_that_the_schema_and_the_agent_accept(self):
        spec = loaded(render.GITOPS / "argocd" / "application.yaml")["spec"]
        self.assertTrue((render.CHART.parents[1] / spec["source"]["path"] / "Chart.yaml").exists())
        self.assertIn("CreateNamespace=true", spec["syncPolicy"]["syncOptions"])
        namespace = loaded(render.GITOPS / "base" / "namespace.yaml")["metadata"]
        self.assertEqual(spec["syncPolicy"]["managedNamespaceMetadata"]["labels"], namespace["labels"])
        self.assertEqual(spec["destination"]["namespace"], namespace["name"])
        self.check_values(spec["source"]["helm"]["valuesObject"])

    def test_kustomize_builds_every_overlay_with_the_pods_unchanged_by_the_configuration(self):
        for overlay in OVERLAYS:
            objects = kustomized(overlay)
            if objects is None:
                self.skipTest("there is no kubectl on the PATH")
            by_kind = {item["kind"]: item for item in objects}
            self.assertEqual(
                yaml.safe_load(by_kind["ConfigMap"]["data"]["supercargo.yaml"]), loaded(overlay / "supercargo.yaml"))
            self.assertEqual(by_kind["ConfigMap"]["metadata"]["name"], "supercargo")
            relabelings = by_kind["PodMonitor"]["spec"]["podMetricsEndpoints"][0]["relabelings"]
            logs = loaded(overlay / "supercargo.yaml")["logs"]
            for label in ("environment", "cluster"):
                rule = {"action": "replace", "targetLabel": label, "replacement": logs[label]}
                self.assertIn(rule, relabelings, "lines and series have the same")

    def test_production_pins_the_image_and_mounts_what_its_configuration_names(self):
        found = {}
        for overlay in OVERLAYS:
            objects = kustomized(overlay)
            if objects is None:
                self.skipTest("there is no kubectl on the PATH")
            found[overlay.name] = {item["kind"]: item for item in objects}
        pods = {name: kinds["DaemonSet"]["spec"]["template"]["spec"] for name, kinds in found.items()}
        self.assertEqual(pods["staging"]["containers"][0]["image"], "registry.example.org/supercargo:0.1.0")
        (container,) = pods["production"]["containers"]
        self.assertRegex(container["image"], r"^registry\.example\.org/supercargo@sha256:[0-9a-f]{64}$")
        mounts = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
        volumes = {volume["name"]: volume for volume in pods["production"]["volumes"]}
        (output,) = yaml.safe_load(found["production"]["ConfigMap"]["data"]["supercargo.yaml"])["outputs"]
        self.assertIn("secret", volumes[mounts[os.path.dirname(output["auth"]["password_file"])]])
        self.assertEqual(len(mounts), len(volumes), "those of the base are still there")
        self.assertEqual(len(container["volumeMounts"]), len(pods["staging"]["containers"][0]["volumeMounts"]) + 1)
        self.assertNotIn("Secret", found["production"])
        self.assertEqual({name for name, kinds in found.items() if "PrometheusRule" in kinds}, {"production"})


if __name__ == "__main__":
    os.chdir(render.HERE)
    unittest.main()
