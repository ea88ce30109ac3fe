"""The Helm chart: what it renders, and that what it repeats from the agent is what the agent says."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

import yaml

import render

sys.path.insert(0, str(render.CHART.parent))
import config_schema  # noqa: E402

DASHBOARDS = render.CHART.parents[1] / "dashboards"
AGENT = os.path.join(os.environ["SUPERCARGO_BUILD_DIR"], "supercargo")

# The fields that Kubernetes has, as far as this chart may use them.
FIELDS = {
    "ServiceAccount": {"apiVersion", "kind", "metadata", "automountServiceAccountToken"},
    "ConfigMap": {"apiVersion", "kind", "metadata", "data"},
    "Service": {"apiVersion", "kind", "metadata", "spec"},
    "DaemonSet": {"apiVersion", "kind", "metadata", "spec"},
    "ClusterRole": {"apiVersion", "kind", "metadata", "rules"},
    "ClusterRoleBinding": {"apiVersion", "kind", "metadata", "roleRef", "subjects"},
    "Pod": {"apiVersion", "kind", "metadata", "spec"},
    "NetworkPolicy": {"apiVersion", "kind", "metadata", "spec"},
    "SecurityContextConstraints": {
        "apiVersion", "kind", "metadata", "priority", "allowHostDirVolumePlugin", "allowHostIPC", "allowHostNetwork",
        "allowHostPID", "allowHostPorts", "allowPrivilegeEscalation", "allowPrivilegedContainer", "allowedCapabilities",
        "defaultAddCapabilities", "requiredDropCapabilities", "readOnlyRootFilesystem", "runAsUser", "seLinuxContext",
        "fsGroup", "supplementalGroups", "seccompProfiles", "volumes", "users", "groups",
    },
    "PodMonitor": {"apiVersion", "kind", "metadata", "spec"},
    "PrometheusRule": {"apiVersion", "kind", "metadata", "spec"},
}
# Of prometheus-operator and of networking.k8s.io.
SPEC_FIELDS = {
    "PodMonitor": {"selector", "podMetricsEndpoints", "sampleLimit"},
    "PrometheusRule": {"groups"},
    "NetworkPolicy": {"podSelector", "policyTypes", "ingress", "egress"},
}
ENDPOINT_FIELDS = {
    "port", "path", "scheme", "interval", "scrapeTimeout", "honorLabels", "relabelings", "metricRelabelings",
    "tlsConfig", "basicAuth",
}
METADATA_FIELDS = {"name", "namespace", "labels", "annotations"}
DAEMONSET_FIELDS = {"selector", "updateStrategy", "template", "minReadySeconds", "revisionHistoryLimit"}
POD_FIELDS = {
    "serviceAccountName", "automountServiceAccountToken", "enableServiceLinks", "terminationGracePeriodSeconds",
    "priorityClassName", "imagePullSecrets", "nodeSelector", "affinity", "tolerations", "containers", "volumes",
    "hostPID", "hostNetwork", "dnsPolicy", "dnsConfig", "securityContext",
}
CONTAINER_FIELDS = {
    "name", "image", "imagePullPolicy", "args", "env", "ports", "livenessProbe", "readinessProbe", "resources",
    "securityContext", "volumeMounts",
}
SECURITY = {
    "runAsUser": 0,
    "runAsGroup": 0,
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}


def agent(*arguments):
    return subprocess.run([AGENT, *arguments], capture_output=True, text=True, timeout=30, check=False)


class Chart:
    """The kept objects of a case."""

    def __init__(self, case):
        text = render.kept_file(case).read_text(encoding="utf-8")
        objects = [item for item in yaml.safe_load_all(text) if item]
        self.objects = {item["kind"]: item for item in objects}
        assert len(objects) == len(self.objects), "two objects of a kind"
        self.pod = self.objects["DaemonSet"]["spec"]["template"]
        (self.container,) = self.pod["spec"]["containers"]
        self.config_text = self.objects["ConfigMap"]["data"]["supercargo.yaml"]
        self.config = yaml.safe_load(self.config_text)
        self.port = int(self.config["http"]["listen"].rpartition(":")[2])

    def mounts(self):
        """By host path (or the name of what is no host path): where it is mounted, and whether read-only."""
        volumes = {volume["name"]: volume for volume in self.pod["spec"]["volumes"]}
        found = {}
        for mount in self.container["volumeMounts"]:
            source = volumes.pop(mount["name"]).get("hostPath", {}).get("path", mount["name"])
            found[source] = (mount["mountPath"], mount.get("readOnly", False))
        assert not volumes, f"not mounted: {volumes}"
        return found


class Rendered(unittest.TestCase):
    def each(self):
        return [Chart(case) for case in render.CASES]

    def test_the_kept_objects_are_what_the_chart_renders(self):
        for case in render.CASES:
            with self.subTest(case):
                kept = render.kept_file(case).read_text(encoding="utf-8")
                self.assertTrue(kept.startswith(render.header(case)), "the chart has changed: run tests/helm/render.py")
                made = render.template(*render.value_flags(case))
                if made is not None:
                    self.assertEqual(made.returncode, 0, made.stderr)
                    self.assertEqual(kept, render.header(case) + made.stdout)

    def test_helm_has_nothing_to_say(self):
        result = render.helm("lint", "--strict", render.CHART)
        if result is not None:
            self.assertEqual(result.returncode, 0, result.stdout)

    def test_no_object_has_a_field_that_kubernetes_has_not(self):
        for chart in (*self.each(), *map(Chart, render.SHIPPED)):
            for kind, item in chart.objects.items():
                self.assertLessEqual(set(item), FIELDS[kind], kind)
                self.assertLessEqual(set(item["metadata"]), METADATA_FIELDS, kind)
            self.assertLessEqual(set(chart.objects["DaemonSet"]["spec"]), DAEMONSET_FIELDS)
            self.assertLessEqual(set(chart.pod["spec"]), POD_FIELDS)
            self.assertLessEqual(set(chart.container), CONTAINER_FIELDS)
            for kind in SPEC_FIELDS.keys() & chart.objects.keys():
                self.assertLessEqual(set(chart.objects[kind]["spec"]), SPEC_FIELDS[kind])
            for endpoint in chart.objects.get("PodMonitor", {"spec": {}})["spec"].get("podMetricsEndpoints", ()):
                self.assertLessEqual(set(endpoint), ENDPOINT_FIELDS)

    def test_the_agent_accepts_its_configuration(self):
        for chart in self.each():
            with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
                file.write(chart.config_text)
                file.flush()
                result = agent("check", "--config", file.name)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(result.stderr, "")

    def test_the_configuration_is_passed_on_unchanged(self):
        given = yaml.safe_load(render.values_of("outputs")[0].read_text(encoding="utf-8"))["config"]
        chart = Chart("outputs")
        for key, value in given.items():
            self.assertEqual(chart.config[key], value, key)
        self.assertIn("batch_bytes: 10000000\n", chart.config_text)

    def test_the_agent_runs_as_root_with_nothing_else(self):
        for chart in self.each():
            self.assertEqual(chart.container["securityContext"], SECURITY)
            self.assertLessEqual({"hostPID", "hostNetwork", "hostIPC"} & set(chart.pod["spec"]), set())

    def test_the_node_is_mounted_read_only_where_the_configuration_expects_it(self):
        *others, operator = self.each()
        for chart in (*others, operator):
            mounts, config = chart.mounts(), chart.config
            self.assertEqual(mounts.pop("config"), ("/etc/supercargo", True))
            self.assertEqual(mounts.pop(config["data_dir"]), (config["data_dir"], False))
            for secret in ("secrets", "tls"):
                mounts.pop(secret, None)
            for controller in ("cpu,cpuacct", "memory") if chart is operator else ():
                place = f"/fs/cgroup/{controller}"
                self.assertEqual(mounts.pop("/sys" + place), (config["host"]["sys"] + place, True))
            self.assertEqual(
                mounts,
                {
                    "/var/log": (config["host_root"] + "/var/log", True),
                    "/proc": (config["host"]["proc"], True),
                    "/sys": (config["host"]["sys"], True),
                    "/sys/fs/cgroup": (config["host"]["sys"] + "/fs/cgroup", True),
                },
            )
            self.assertEqual(chart.container["args"], ["run", "--config", "/etc/supercargo/supercargo.yaml"])

    def test_probes_service_and_annotation_reach_the_port_that_is_listened_on(self):
        for chart in self.each():
            (port,) = chart.container["ports"]
            self.assertEqual((port["name"], port["containerPort"]), ("http", chart.port))
            for probe, path in (("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")):
                scheme = "HTTPS" if "tls" in chart.mounts() else "HTTP"
                self.assertEqual(chart.container[probe]["httpGet"], {"path": path, "port": "http", "scheme": scheme})
            service = chart.objects["Service"]["spec"]
            self.assertEqual(service["clusterIP"], "None")
            self.assertEqual((service["ports"][0]["port"], service["ports"][0]["targetPort"]), (chart.port, "http"))
            self.assertLessEqual(service["selector"].items(), chart.pod["metadata"]["labels"].items())
        annotations = Chart("default").pod["metadata"]["annotations"]
        self.assertEqual(annotations["prometheus.io/port"], str(Chart("default").port))
        self.assertEqual((annotations["prometheus.io/scrape"], annotations["prometheus.io/path"]), ("true", "/metrics"))
        self.assertEqual(Chart("outputs").pod["metadata"]["annotations"]["prometheus.io/port"], "1")

    def test_the_api_may_be_asked_for_pods_and_for_nothing_else_and_not_at_all_without_it(self):
        chart = Chart("default")
        self.assertEqual(
            chart.objects["ClusterRole"]["rules"],
            [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list", "watch"]}],
        )
        binding = chart.objects["ClusterRoleBinding"]
        self.assertEqual(binding["roleRef"]["name"], chart.objects["ClusterRole"]["metadata"]["name"])
        account = {"kind": "ServiceAccount", "name": chart.pod["spec"]["serviceAccountName"], "namespace": "monitoring"}
        self.assertEqual(binding["subjects"], [account])
        self.assertIs(chart.pod["spec"]["automountServiceAccountToken"], True)
        paths_only = Chart("outputs")
        self.assertFalse({"ClusterRole", "ClusterRoleBinding"} & paths_only.objects.keys())
        self.assertIs(paths_only.pod["spec"]["automountServiceAccountToken"], False)

    def test_a_monitor_takes_the_place_of_the_annotations_with_an_endpoint_for_each_job(self):
        chart = Chart("operator")
        self.assertEqual(
            chart.pod["metadata"]["annotations"], {"cluster-autoscaler.kubernetes.io/enable-ds-eviction": "false"})
        monitor = chart.objects["PodMonitor"]
        self.assertEqual(monitor["metadata"]["labels"]["release"], "kube-prometheus-stack")
        self.assertLessEqual(
            monitor["spec"]["selector"]["matchLabels"].items(), chart.pod["metadata"]["labels"].items())
        found = {}
        for endpoint in monitor["spec"]["podMetricsEndpoints"]:
            self.assertEqual((endpoint["port"], endpoint["scheme"], endpoint["honorLabels"]), ("http", "https", True))
            given = {rule["targetLabel"]: rule for rule in endpoint["relabelings"]}
            found[given["job"]["replacement"]] = endpoint["path"]
            for label in ("node", "instance"):
                self.assertEqual(given[label]["sourceLabels"], ["__meta_kubernetes_pod_node_name"])
            self.assertEqual(given["metrics_path"]["sourceLabels"], ["__metrics_path__"])
            self.assertEqual(given["cluster"]["replacement"], "test")
        paths = {"kubelet": "/metrics/cadvisor", "node-exporter": "/metrics/node", "supercargo": "/metrics/self"}
        self.assertEqual(found, paths)

    def test_beside_the_originals_a_node_goes_by_the_address_that_they_have_it_by(self):
        (endpoint,) = Chart("presets_beside-kube-prometheus-stack").objects["PodMonitor"]["spec"]["podMetricsEndpoints"]
        given = {rule["targetLabel"]: rule for rule in endpoint["relabelings"]}
        self.assertEqual((endpoint["path"], given["job"]["replacement"]), ("/metrics", "supercargo"))
        self.assertEqual(given["instance"]["sourceLabels"], ["__meta_kubernetes_pod_host_ip"])
        self.assertEqual(given["node"]["sourceLabels"], ["__meta_kubernetes_pod_node_name"])

    def test_the_alerts_are_those_of_the_dashboards_with_their_runbook(self):
        groups = Chart("operator").objects["PrometheusRule"]["spec"]["groups"]
        self.assertEqual(
            [group["name"] for group in groups], ["supercargo", "supercargo-containers", "supercargo-node"])
        for group, path in zip(groups, ("supercargo", "containers", "node")):
            ours = (DASHBOARDS / "rules" / f"{path}.yaml").read_text(encoding="utf-8")
            self.assertEqual((render.CHART / "rules" / f"{path}.yaml").read_text(encoding="utf-8"), ours, "run ./dev docs")
            replaced = ours.replace("dashboards/runbooks.md", "https://wiki.test/runbooks")
            self.assertEqual(group["rules"], yaml.safe_load(replaced)["groups"][0]["rules"])

    def test_helm_test_asks_the_service_and_is_no_agent_itself(self):
        for chart in self.each():
            pod, service = chart.objects["Pod"], chart.objects["Service"]
            self.assertEqual(pod["metadata"]["annotations"]["helm.sh/hook"], "test")
            selected = service["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
            self.assertFalse(selected)
            (container,) = pod["spec"]["containers"]
            *options, url = container["args"]
            scheme = "https" if "--insecure" in options else "http"
            self.assertEqual(url, f"{scheme}://{service['metadata']['name']}.monitoring:{chart.port}/readyz")
            self.assertLessEqual(set(container), CONTAINER_FIELDS)
            self.assertLessEqual(set(pod["spec"]), POD_FIELDS | {"restartPolicy"})
            refused = agent(*(argument.replace("--wait=45s", "--wait=1ms") for argument in container["args"]))
            self.assertEqual(refused.returncode, 1, "its name is known in the cluster only")
            self.assertEqual(len(refused.stderr.splitlines()), 1, refused.stderr)

    def test_dashboards_are_rendered_with_and_without_loki_and_graylog(self):
        names = {path.stem for path in (render.CHART / "dashboards").glob("*.json")}
        self.assertGreater(len(names), 5)
        for loki in (True, False):
            for graylog in ("", "https://graylog.test/"):
                flags = [f"--set=dashboards.enabled=true,dashboards.loki={str(loki).lower()},dashboards.graylogUrl={graylog}"]
                made = render.template("--show-only=templates/dashboards.yaml", *flags)
                if made is None:
                    self.skipTest("there is no helm on the PATH")
                self.assertEqual(made.returncode, 0, made.stderr)
                maps = [item for item in yaml.safe_load_all(made.stdout) if item]
                boards = {key: json.loads(text) for item in maps for key, text in item["data"].items()}
                expected = names if loki else names - {"logs"}
                self.assertEqual(set(boards), {f"supercargo-{name}.json" for name in expected})
                self.assertEqual({item["metadata"]["labels"]["grafana_dashboard"] for item in maps}, {"1"})
                self.assertEqual("loki_datasource" in made.stdout, loki)
                self.assertEqual("https://graylog.test" in made.stdout, bool(graylog))
                self.assertNotIn("graylog.invalid", made.stdout)

    def test_a_network_policy_lets_those_in_that_are_named(self):
        chart = Chart("operator")
        spec = chart.objects["NetworkPolicy"]["spec"]
        self.assertEqual(spec["policyTypes"], ["Ingress"])
        self.assertLessEqual(spec["podSelector"]["matchLabels"].items(), chart.pod["metadata"]["labels"].items())
        (rule,) = spec["ingress"]
        self.assertEqual(rule["ports"], [{"port": "http", "protocol": "TCP"}])
        self.assertEqual(
            rule["from"], [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}])

    def test_the_pod_runs_on_every_node_and_knows_its_name(self):
        for chart in self.each():
            self.assertEqual(chart.pod["spec"]["tolerations"], [{"operator": "Exists"}])
            node_name = {"name": "NODE_NAME", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}
            self.assertIn(node_name, chart.container["env"])

    def test_the_pod_may_take_longer_to_end_than_the_agent(self):
        schema = json.loads(agent("schema").stdout)
        timeout = schema["properties"]["shutdown_timeout"]["default"]
        self.assertRegex(timeout, "^[0-9]+s$")
        for chart in self.each():
            self.assertNotIn("shutdown_timeout", chart.config)
            self.assertGreater(chart.pod["spec"]["terminationGracePeriodSeconds"], int(timeout[:-1]))

    def test_the_image_is_the_charts_version_or_the_digest(self):
        self.assertEqual(Chart("default").container["image"], "supercargo:" + version())
        self.assertRegex(Chart("outputs").container["image"], "^registry.test:5000/supercargo@sha256:[0-9a-f]{64}$")

    def test_an_account_that_is_not_wanted_is_not_made(self):
        self.assertIs(Chart("default").objects["ServiceAccount"]["automountServiceAccountToken"], False)
        self.assertNotIn("ServiceAccount", Chart("outputs").objects)
        self.assertEqual(Chart("outputs").pod["spec"]["serviceAccountName"], "default")


def version():
    return agent("version").stdout.split()[1]


class Repeated(unittest.TestCase):
    def setUp(self):
        self.schema = json.loads((render.CHART / "values.schema.json").read_text(encoding="utf-8"))

    def test_the_schema_of_the_configuration_is_the_agents(self):
        printed = json.loads(agent("schema").stdout)
        self.assertEqual(self.schema, config_schema.with_config(self.schema, printed), "run ./dev docs")

    def test_the_schema_has_exactly_the_values(self):
        values = yaml.safe_load((render.CHART / "values.yaml").read_text(encoding="utf-8"))
        self.assertEqual(set(self.schema["properties"]), set(values))

    def test_the_version_is_the_agents(self):
        chart = yaml.safe_load((render.CHART / "Chart.yaml").read_text(encoding="utf-8"))
        self.assertEqual(chart["appVersion"], version())

    def test_helm_refuses_what_the_schema_refuses(self):
        for wrong in ("config.metrics.mode=most", "config.data_dirr=/x", "imagee.tag=1", "scheme=ftp", "livenessProbe.httpGet.port=1"):
            result = render.template("--set", wrong)
            if result is not None:
                self.assertNotEqual(result.returncode, 0, wrong)
                self.assertIn("values don't meet the specifications of the schema", result.stderr)


if __name__ == "__main__":
    unittest.main()
