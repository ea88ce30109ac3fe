"""The agent learns from an API server (a stand-in with TLS and a service account) what paths do not tell."""

import hashlib
import json
import os
import shutil
import tempfile
import unittest
import urllib.request

import e2e_support
from e2e_support import Agent, Process, get, wait_until

NODE = "node-e2e"
STAMP = "2026-11-22T10:00:00.000000000Z"
HASH = "1864dd05a2b3c4d5e6f708192a3b4c5d"


def container_id(name):
    return hashlib.sha256(name.encode()).hexdigest()


def pod(name, node=NODE, namespace="shop", **metadata):
    """A pod of one container, `app`, that runs."""
    return {
        "kind": "Pod",
        "apiVersion": "v1",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "uid": f"uid-{name}",
            "creationTimestamp": "2026-11-22T10:00:00Z",
            **metadata,
        },
        "spec": {"nodeName": node, "containers": [{"name": "app", "image": "nginx:1.27"}]},
        "status": {
            "containerStatuses": [
                {
                    "name": "app",
                    "image": "docker.io/library/nginx:1.27",
                    "containerID": f"containerd://{container_id(name)}",
                }
            ]
        },
    }


def deployed(name, deployment, template_hash, **labels):
    owner = {"kind": "ReplicaSet", "name": f"{deployment}-{template_hash}", "controller": True}
    return pod(name, labels={"pod-template-hash": template_hash, **labels}, ownerReferences=[owner])


class KubeApi(Process):
    def __init__(self):
        self.service_account = tempfile.mkdtemp(prefix="supercargo-e2e-account-")
        program = os.path.join(e2e_support.BUILD, "kube_api_stand_in")
        super().__init__("kube-api", [program, self.service_account])
        self.port, self.control_port = map(int, self.first_line().split())

    def post(self, path, body=""):
        url = f"http://127.0.0.1:{self.control_port}{path}"
        with urllib.request.urlopen(url, data=body.encode(), timeout=10) as answer:
            assert answer.status == 200

    def put(self, content):
        self.post("/pods", json.dumps(content))

    def lines(self, path):
        return get(self.control_port, path)[1].splitlines()

    def write_token(self, token):
        """As the kubelet does: another file takes the place of the old one."""
        path = os.path.join(self.service_account, "token")
        with open(path + ".new", "w", encoding="utf-8") as out:
            out.write(token)
        os.rename(path + ".new", path)

    def remove(self):
        super().remove()
        shutil.rmtree(self.service_account, ignore_errors=True)


class KubernetesApiTest(unittest.TestCase):
    def setUp(self):
        self.api = KubeApi()
        self.addCleanup(self.api.remove)
        self.host = tempfile.mkdtemp(prefix="supercargo-e2e-host-")
        self.addCleanup(shutil.rmtree, self.host, ignore_errors=True)

    def start_agent(self, outputs=(), sources=(), **kubernetes):
        variables = {"KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": str(self.api.port)}
        os.environ.update(variables)
        self.addCleanup(lambda: [os.environ.pop(name, None) for name in variables])
        agent = Agent(
            host={"sys": f"{self.host}/sys", "log": f"{self.host}/var/log"},
            logs={"sources": list(sources)},
            outputs=list(outputs),
            kubernetes={"service_account_dir": self.api.service_account, **kubernetes},
        )
        self.addCleanup(agent.remove)
        return agent

    def wait_for_pod(self, agent, name):
        found = wait_until(
            lambda: agent.samples("supercargo_pod_info", pod=name),
            lambda: f"pod {name}; log: {agent.output('stderr')[-3000:]}",
        )
        return found[0][0]

    def write(self, path, text):
        path = f"{self.host}/{path}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)

    def run_container(self, name, uid, namespace="shop"):
        """The cgroup of a container, and the log link that names it."""
        cgroup = f"sys/fs/cgroup/kubepods/pod{uid}/{container_id(name)}"
        for directory in (cgroup, os.path.dirname(cgroup), "sys/fs/cgroup"):
            self.write(f"{directory}/cgroup.controllers", "cpu memory pids\n")
            self.write(f"{directory}/pids.current", "3\n")
            self.write(f"{directory}/cgroup.procs", "")
        log = f"var/log/pods/{namespace}_{name}_{uid}/app/0.log"
        self.write(log, "")
        os.makedirs(f"{self.host}/var/log/containers", exist_ok=True)
        link = f"{self.host}/var/log/containers/{name}_{namespace}_app-{container_id(name)}.log"
        os.symlink(f"/{log}", link)

    def test_pods_of_this_node_have_their_workload_and_configured_labels(self):
        self.api.put(deployed("web-5d4f8c7b9-x2x7q", "web", "5d4f8c7b9", **{"example.com/team": "shop"}))
        self.api.put(pod("elsewhere", node="another"))
        agent = self.start_agent(pod_labels=["example.com/team"])
        labels = self.wait_for_pod(agent, "web-5d4f8c7b9-x2x7q")
        self.assertEqual((labels["workload_kind"], labels["workload"]), ("Deployment", "web"))
        self.assertEqual(labels["owner"], "web-5d4f8c7b9")
        teams = agent.samples("supercargo_pod_labels")
        self.assertEqual([it["label_example_com_team"] for it, _ in teams], ["shop"])
        self.assertEqual(agent.samples("supercargo_pod_info", pod="elsewhere"), [])
        self.assertEqual(self.api.lines("/violations"), [])

    def test_a_pods_annotation_names_the_tenant_of_its_lines(self):
        loki = e2e_support.LokiStandIn()
        self.addCleanup(loki.remove)
        agent = self.start_agent(
            outputs=[{**loki.output_config, "tenant": "rest", "tenant_annotation": "example.com/tenant"}],
            sources=[{"type": "kubernetes", "path": f"{self.host}/var/log/pods"}],
        )
        for name in ("early", "plain"):
            self.write(f"var/log/pods/shop_{name}_uid-{name}/app/0.log", f"{STAMP} stdout F of {name}\n")
        wait_until(lambda: agent.samples("supercargo_log_pending_bytes", pod="early"), "discovery")
        self.assertEqual(loki.lines(), [], "they wait for what the API says")
        self.api.put(pod("early", annotations={"example.com/tenant": "mine"}))
        self.api.put(pod("plain"))
        wait_until(lambda: len(loki.lines()) == 2, lambda: agent.output("stderr"))
        tenants = {line["labels"]["pod"]: line["tenant"] for line in loki.lines()}
        self.assertEqual(tenants, {"early": "mine", "plain": "rest"})
        self.assertEqual(agent.samples("supercargo_pod_annotations"), [], "only what is asked for is shown")

    def test_what_the_api_tells_is_a_label_of_streams_where_asked_for(self):
        loki = e2e_support.LokiStandIn()
        self.addCleanup(loki.remove)
        key = "app.kubernetes.io/name"
        labels = {"labels": ["namespace", "pod", "workload"], "pod_labels": {key: "app"}, "labels_wait": "5m"}
        agent = self.start_agent(
            outputs=[{**loki.output_config, **labels}],
            sources=[{"type": "kubernetes", "path": f"{self.host}/var/log/pods"}],
            pod_labels=[key],
        )
        name = "web-5d4f8c7b9-x2x7q"
        self.write(f"var/log/pods/shop_{name}_uid-{name}/app/0.log", f"{STAMP} stdout F a line\n")
        wait_until(lambda: agent.samples("supercargo_log_pending_bytes", pod=name), "discovery")
        self.assertEqual(loki.lines(), [], "it waits for what the API says")
        self.api.put(deployed(name, "web", "5d4f8c7b9", **{key: "nginx"}))
        wait_until(lambda: len(loki.lines()) == 1, lambda: agent.output("stderr"))
        known = {"namespace": "shop", "pod": name, "workload": "web", "app": "nginx"}
        self.assertEqual(loki.lines()[0]["labels"], known)

    def test_the_watch_follows_changes_and_survives_what_servers_do(self):
        agent = self.start_agent()
        wait_until(lambda: agent.samples("supercargo_kubernetes_watch_connected")[0][1] == 1, "a watch")
        self.api.put(pod("first"))
        self.wait_for_pod(agent, "first")
        self.api.post("/cut")
        self.api.put(pod("second"))
        self.wait_for_pod(agent, "second")
        self.api.post("/forget")
        self.api.post("/remove?namespace=shop&name=first")
        self.api.post("/expire")
        self.api.put(pod("third"))
        self.wait_for_pod(agent, "third")
        self.assertEqual(agent.samples("supercargo_pod_info", pod="first"), [])
        relists = agent.samples("supercargo_kubernetes_relists_total", reason="gone")
        self.assertEqual([count for _, count in relists], [1])
        self.assertEqual(self.api.lines("/violations"), [])

    def test_a_renewed_token_is_taken_from_its_file(self):
        agent = self.start_agent()
        wait_until(lambda: agent.samples("supercargo_kubernetes_watch_connected")[0][1] == 1, "a watch")
        self.api.post("/token", "second-token")
        self.api.write_token("second-token")
        self.api.post("/end")
        wait_until(lambda: len(self.api.lines("/requests")) >= 3, "another watch")
        self.api.put(pod("web"))
        self.wait_for_pod(agent, "web")
        failures = agent.samples("supercargo_kubernetes_request_failures_total", reason="unauthorized")
        self.assertEqual(failures, [])

    def test_containers_have_their_image(self):
        uid = "0a27611d-ea54-405f-9b1c-0123456789ab"
        self.run_container("web", uid)
        self.run_container("kube-apiserver-node-1", HASH, namespace="kube-system")
        node = [{"kind": "Node", "name": NODE, "controller": True}]
        hashes = {"kubernetes.io/config.hash": HASH, "kubernetes.io/config.mirror": HASH}
        self.api.put(pod("web", uid=uid))
        mirrored = {"annotations": hashes, "ownerReferences": node}
        self.api.put(pod("kube-apiserver-node-1", namespace="kube-system", **mirrored))
        agent = self.start_agent()
        for name in ("web", "kube-apiserver-node-1"):
            threads = wait_until(
                lambda name=name: agent.samples("container_threads", pod=name, container="app"),
                lambda: f"a container; log: {agent.output('stderr')[-3000:]}",
            )
            self.assertEqual(threads[0][0]["image"], "docker.io/library/nginx:1.27")
            self.assertEqual(threads[0][1], 3)

    def test_without_permission_the_agent_says_what_is_missing_and_goes_on(self):
        self.api.post("/deny?denied=1")
        uid = "0a27611d-ea54-405f-9b1c-0123456789ab"
        self.run_container("web", uid)
        agent = self.start_agent()
        wait_until(lambda: "ClusterRole" in agent.output("stderr"), "the role that is missing")
        of_web = {"pod": "web", "container": "app"}
        threads = wait_until(lambda: agent.samples("container_threads", **of_web), "a container")
        self.assertEqual(threads[0][0]["image"], "unknown")
        unavailable = agent.samples("supercargo_collector_unavailable", collector="kubernetes")
        self.assertEqual(unavailable[0][0]["reason"], "no permission to list and watch pods")
        self.assertEqual(agent.output("stderr").count("ClusterRole with"), 1)

    def test_outside_of_a_cluster_the_agent_says_so_and_is_ready(self):
        agent = Agent(logs={"sources": []})
        self.addCleanup(agent.remove)
        self.assertIn("not in a cluster", agent.output("stderr"))
        unavailable = agent.samples("supercargo_collector_unavailable", collector="kubernetes")
        self.assertIn("not in a cluster", unavailable[0][0]["reason"])


if __name__ == "__main__":
    e2e_support.main()
