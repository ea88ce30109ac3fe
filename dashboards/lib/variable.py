"""Variables of a dashboard: data sources, and choices that Prometheus knows."""
import dataclasses

# Any series of an agent or of what it stands for, to find jobs and nodes by.
ANY = '{__name__=~"supercargo_build_info|node_boot_time_seconds|container_start_time_seconds"%s}'
# An instance without its port, so that exporters on one node are one; of a bare IPv6 address nothing is cut off.
_HOST = r"/^(\[.*\]|[^:]*|.*:.*:.*?)(?::\d+)?$/"


@dataclasses.dataclass(frozen=True)
class DataSource:
    """The linter's names: prometheus_datasource, loki_datasource."""

    kind: str

    @property
    def name(self) -> str:
        return f"{self.kind}_datasource"

    def json(self) -> dict:
        return {
            "name": self.name,
            "label": f"{self.kind.title()} data source",
            "type": "datasource",
            "query": self.kind,
            "regex": "",
            "refresh": 1,
            "hide": 0,
            "multi": False,
            "includeAll": False,
            "options": [],
            "current": {},
        }


@dataclasses.dataclass(frozen=True)
class Choice:
    """Values of a label; `All` matches `all_value`, without one the first value is chosen."""

    name: str
    label: str
    series: str
    description: str
    of: str = ""
    all_value: str = ".*"
    multi: bool = True
    regex: str = ""
    hide: int = 0

    def json(self) -> dict:
        query = f"label_values({self.series}, {self.of or self.name})"
        chosen = {"selected": True, "text": ["All"], "value": ["$__all"]} if self.multi else {}
        made = {
            "name": self.name,
            "label": self.label,
            "description": self.description,
            "type": "query",
            "datasource": {"type": "prometheus", "uid": "${prometheus_datasource}"},
            "query": {"qryType": 1, "query": query, "refId": self.name},
            "definition": query,
            "regex": self.regex,
            "refresh": 2,
            "sort": 1,
            "hide": self.hide,
            "multi": self.multi,
            "includeAll": self.multi,
            "options": [],
            "current": chosen,
        }
        return {**made, "allValue": self.all_value} if self.multi else made


@dataclasses.dataclass(frozen=True)
class Text:
    """What is typed."""

    name: str
    label: str
    description: str
    value: str = ""

    def json(self) -> dict:
        current = {"selected": True, "text": self.value, "value": self.value}
        made = {"name": self.name, "label": self.label, "description": self.description, "type": "textbox"}
        return {**made, "query": self.value, "hide": 0, "options": [current], "current": current}


@dataclasses.dataclass(frozen=True)
class Fixed:
    """One of a few values, by the text that people read."""

    name: str
    label: str
    description: str
    values: tuple[tuple[str, str], ...]

    def json(self) -> dict:
        options = [{"selected": not i, "text": text, "value": value} for i, (text, value) in enumerate(self.values)]
        query = ",".join(f"{text} : {value}" for text, value in self.values)
        made = {"name": self.name, "label": self.label, "description": self.description, "type": "custom"}
        single = {"multi": False, "includeAll": False, "hide": 0}
        return {**made, **single, "query": query, "options": options, "current": options[0]}


Variable = DataSource | Choice | Text | Fixed

PROMETHEUS = DataSource("prometheus")
LOKI = DataSource("loki")
_CHOSEN = 'cluster=~"$cluster", environment=~"$environment|"'
_NODE_CHOSEN = f'{_CHOSEN}, job=~"$job", instance=~"$instance(:[0-9]+)?"'
_WRITTEN = "supercargo_log_written_bytes_total|container_start_time_seconds"

CLUSTER = Choice(
    "cluster", "Cluster", "supercargo_build_info", "A label that the scrape puts on; all where there is none."
)
ENVIRONMENT = Choice(
    "environment",
    "Environment",
    '{__name__=~"supercargo_build_info|supercargo_container_starts_total", cluster=~"$cluster"}',
    "A label that the scrape puts on, of a cluster or by namespace; all where there is none.",
)
JOB = Choice(
    "job", "Job", ANY % f", {_CHOSEN}", "Whose figures to believe. With several jobs nothing counts twice.", all_value=".+"
)
INSTANCE = Choice(
    "instance",
    "Instance",
    ANY % f', {_CHOSEN}, job=~"$job"',
    "The node, by the address or name that the scrape gives it, without a port.",
    all_value=".+",
    regex=_HOST,
)
NAMESPACE = Choice(
    "namespace", "Namespace", f'{{__name__=~"{_WRITTEN}", namespace!="", {_NODE_CHOSEN}}}', "Namespaces to show."
)
WORKLOAD = Choice(
    "workload",
    "Workload",
    f'supercargo_pod_info{{namespace=~"$namespace", {_NODE_CHOSEN}}}',
    "What was deployed, by name; needs the API server. Without it all pods are shown.",
)
PODS = Choice(
    "pod", "Pod", f'{{__name__=~"{_WRITTEN}", pod!="", namespace=~"$namespace", {_NODE_CHOSEN}}}', "Pods to show."
)
CONTAINERS = Choice(
    "container",
    "Container",
    f'{{__name__=~"{_WRITTEN}", container!="", namespace=~"$namespace", pod=~"$pod", {_NODE_CHOSEN}}}',
    "Containers to show.",
)
OUTPUT = Choice(
    "output",
    "Output",
    f"supercargo_output_requests_total{{{_NODE_CHOSEN}}}",
    "Where logs go to, by the name in the agent's configuration.",
)

# The name of a rule's series, where there are such; see query.recorded().
RECORDED = Choice(
    "recorded",
    "Recorded",
    f'instance_output:supercargo_log_written_bytes:rate5m{{namespace=~"$namespace", {_NODE_CHOSEN.replace("|", "")}}}',
    "Whether the rules of rules/supercargo.yaml are evaluated: then graphs of all nodes are cheap.",
    of="__name__",
    multi=False,
    hide=2,
)

BASE: tuple[Variable, ...] = (PROMETHEUS, LOKI, CLUSTER, ENVIRONMENT, JOB, INSTANCE)
