"""The ways in which people scrape the agent, as scrape configurations for the node of query_bed.py.

`all`: a plain Prometheus that finds pods by their annotations: one job for everything. `complement`: beside
kube-prometheus-stack, which scrapes node_exporter and cAdvisor and drops much of the latter. `replace`: in their
place. What the chart's monitor does is read from what helm/presets render to, not said again.
"""

import os

import yaml
from e2e_support import REPOSITORY
from prometheus_process import scrape_of
from test_kubernetes_api import NODE

MODES = ("all", "complement", "replace")
HOST_IP = "10.7.0.4"
# What the names in mixins.yaml stand for.
ON_ITS_NODE = (
    "on (cluster, namespace, pod) group_left (node) topk by (cluster, namespace, pod) "
    '(1, max by (cluster, namespace, pod, node) (kube_pod_info{node!=""}))'
)
SELECTORS = {
    "all": {"cadvisor": 'job="kubernetes-pods"', "node_exporter": 'job="kubernetes-pods"'},
    "complement": {
        "cadvisor": 'job="kubelet", metrics_path="/metrics/cadvisor"', "node_exporter": 'job="node-exporter"'},
}
SELECTORS["replace"] = SELECTORS["complement"]
for _names in SELECTORS.values():
    _names["on_its_node"] = ON_ITS_NODE

# What kube-prometheus-stack drops of cAdvisor by default.
DROPPED = (
    "container_cpu_(cfs_throttled_seconds_total|load_average_10s|system_seconds_total|user_seconds_total)",
    "container_fs_(io_current|io_time_seconds_total|io_time_weighted_seconds_total|reads_merged_total"
    "|sector_reads_total|sector_writes_total|writes_merged_total)",
    "container_memory_(mapped_file|swap)",
    "container_(file_descriptors|tasks_state|threads_max)",
    "container_spec.*",
)
POD = {"namespace": "monitoring", "pod": "supercargo-x", "container": "supercargo"}


def kube_state_metrics(pods):
    """What a page of kube-state-metrics has of these pods and of the agent's own, as far as mixins join with it."""
    own = {"metadata": {"namespace": "monitoring", "name": "supercargo-x"}, "spec": {"containers": []}}
    other = {"metadata": {"namespace": "monitoring", "name": "node-exporter-x"}, "spec": {"containers": []}}
    lines = ["# TYPE kube_pod_info gauge", "# TYPE kube_pod_owner gauge"]
    limits = []
    for pod in (*pods, own, other):
        meta = pod["metadata"]
        who = f'namespace="{meta["namespace"]}",pod="{meta["name"]}"'
        lines.append(f'kube_pod_info{{{who},node="{NODE}",host_ip="{HOST_IP}",host_network="false"}} 1')
        for owner in meta.get("ownerReferences", ()):
            lines.append(f'kube_pod_owner{{{who},owner_kind="{owner["kind"]}",owner_name="{owner["name"]}"}} 1')
        for container in pod["spec"]["containers"]:
            for resource, unit, value in (("cpu", "core", 0.5), ("memory", "byte", 268435456)):
                labels = f'{who},container="{container["name"]}",node="{NODE}",resource="{resource}",unit="{unit}"'
                limits.append(f"kube_pod_container_resource_requests{{{labels}}} {value}")
    # A family's lines stand together.
    return "\n".join([*sorted(lines[2:]), *limits]) + "\n"


def _annotated(agent, state):
    """As the chart of prometheus-community has the job: instance is the pod's address."""
    labels = {"namespace": "monitoring", "pod": "supercargo-x", "node": NODE, "instance": "10.244.1.5:9655",
              "app_kubernetes_io_name": "supercargo", "app_kubernetes_io_instance": "supercargo"}
    services = {"namespace": "monitoring", "service": "kube-state-metrics", "node": NODE}
    return [
        scrape_of(agent, "kubernetes-pods", labels, honor_labels=True),
        scrape_of(state, "kubernetes-service-endpoints", services, honor_labels=True),
    ]


def _monitor(preset):
    path = os.path.join(REPOSITORY, f"tests/helm/rendered/presets_{preset}.yaml")
    with open(path, encoding="utf-8") as file:
        monitor = next(one for one in yaml.safe_load_all(file) if one and one["kind"] == "PodMonitor")
    return monitor["spec"]["podMetricsEndpoints"]


def _relabeling(rule):
    """prometheus-operator's spelling into Prometheus' own."""
    names = {"sourceLabels": "source_labels", "targetLabel": "target_label"}
    return {names.get(key, key): value for key, value in rule.items()}


def _monitored(agent, preset):
    """What prometheus-operator makes of the chart's PodMonitor."""
    found = {"__meta_kubernetes_pod_node_name": NODE, "__meta_kubernetes_pod_host_ip": HOST_IP, **POD, "endpoint": "http"}
    return [
        scrape_of(
            agent, f"podMonitor/{number}", found, metrics_path=endpoint["path"], honor_labels=endpoint["honorLabels"],
            relabel_configs=[_relabeling(rule) for rule in endpoint["relabelings"]])
        for number, endpoint in enumerate(_monitor(preset))
    ]


def _stack(cadvisor, node_exporter, state):
    """kube-prometheus-stack's own scrapes."""
    kubelet = {"metrics_path": "/metrics/cadvisor", "node": NODE, "instance": f"{HOST_IP}:10250", "service": "kubelet",
               "namespace": "kube-system", "endpoint": "https-metrics"}
    exporter = {"namespace": "monitoring", "pod": "node-exporter-x", "container": "node-exporter",
                "instance": f"{HOST_IP}:9100", "endpoint": "http-metrics", "service": "node-exporter"}
    drops = [{"action": "drop", "source_labels": ["__name__"], "regex": regex} for regex in DROPPED]
    drops.append({"action": "drop", "source_labels": ["id", "pod"], "regex": ".+;"})
    found = [scrape_of(state, "kube-state-metrics", {"service": "kube-state-metrics"}, honor_labels=True)]
    if cadvisor:
        found.append(scrape_of(cadvisor, "kubelet", kubelet, metrics_path="/metrics/cadvisor", honor_labels=True,
                               metric_relabel_configs=drops))
        found.append(scrape_of(node_exporter, "node-exporter", exporter))
    return found


def scrapes(mode, agent, state, cadvisor=None, node_exporter=None):
    """Scrape configurations by the ports of what is scraped."""
    if mode == "all":
        return _annotated(agent, state)
    if mode == "complement":
        return [*_monitored(agent, "beside-kube-prometheus-stack"), *_stack(cadvisor, node_exporter, state)]
    return [*_monitored(agent, "replace-cadvisor-and-node-exporter"), *_stack(None, None, state)]
