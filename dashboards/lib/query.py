"""PromQL of the dashboards: which series a panel is about, and the few shapes that queries have.

Where two jobs expose the same thing (the kubelet's cAdvisor beside the agent, node_exporter beside the agent), every
series is there twice. So `each_*` takes the larger of equal series before anything is summed: nothing counts twice.
"""
from collections.abc import Callable

# `cluster` and `environment` are put on by the scrape, so series may lack them: the variables' All is `.*`, which
# matches an absent label, too.
SCRAPE = 'cluster=~"$cluster", environment=~"$environment", job=~"$job", instance=~"$instance(:[0-9]+)?"'
# What belongs to no namespace has no environment either where environments are namespaces of one cluster.
NODE_SCRAPE = SCRAPE.replace("$environment", "$environment|")
POD = 'namespace=~"$namespace", pod=~"$pod"'
CONTAINER = POD + ', container=~"$container"'
RATE = "[$__rate_interval]"
# No series has this label; the variable is empty where there is no record.
NOT_RECORDED = 'recorded="$recorded"'
RANGE = "[$__range]"

# Exporters on one node differ in the port of `instance` only.
NODE = "cluster, instance"


def select(metric: str, *matchers: str) -> str:
    """A selector; empty matchers are left out."""
    return f"{metric}{{{', '.join(matcher for matcher in matchers if matcher)}}}"


def of_node(metric: str, *matchers: str) -> str:
    """A series of a node or of its agent."""
    return select(metric, *matchers, NODE_SCRAPE)


def of_namespace(metric: str, *matchers: str) -> str:
    """A series that has a namespace and may have a pod and a container."""
    return select(metric, *matchers, 'namespace=~"$namespace"', SCRAPE)


def of_pod(metric: str, *matchers: str) -> str:
    return select(metric, *matchers, POD, SCRAPE)


def of_container(metric: str, *matchers: str) -> str:
    """A series of a container proper: not of the pod, nor of the container that holds its network."""
    return select(metric, *matchers, 'container!=""', 'container!="POD"', CONTAINER, SCRAPE)


def recorded(record: str, raw: Callable[[str], str], *matchers: str) -> str:
    """What a rule has summed on each node, or, where nobody evaluates our rules or a namespace is chosen, what raw() makes
    of the containers' own series: with rules, its matcher selects nothing, so that it costs nothing."""
    return f"{of_namespace(record, *matchers)} or {raw(NOT_RECORDED)}"


def rate(selector: str) -> str:
    return f"rate({selector}{RATE})"


def increase(selector: str) -> str:
    """How much a counter grew in the time that the page shows."""
    return f"increase({selector}{RANGE})"


def grown(selector: str) -> str:
    """The same of a counter that is not there before it first counts, such as one that has a reason for a label: all of a
    series that is younger than the time that the page shows."""
    return f"({selector} unless {selector} offset $__range or {increase(selector)})"


def without_port(expression: str) -> str:
    return f'label_replace({expression}, "instance", "$1", "instance", "([^:]+|[[].+):[0-9]+")'


def each_node(expression: str, more: str = "") -> str:
    """One value for each node, and for each value of the labels `more`."""
    return f"max by ({NODE}{', ' + more if more else ''}) ({without_port(expression)})"


def each_pod(expression: str, more: str = "") -> str:
    return f"max by (cluster, namespace, pod{', ' + more if more else ''}) ({expression})"


def each_container(expression: str, more: str = "") -> str:
    return f"max by (cluster, namespace, pod, container{', ' + more if more else ''}) ({expression})"


def total(expression: str, by: str = "") -> str:
    return f"sum by ({by}) ({expression})" if by else f"sum({expression})"


def worst(count: int, expression: str) -> str:
    return f"topk({count}, {expression})"


def best(count: int, expression: str) -> str:
    """Where the least is the worst."""
    return f"bottomk({count}, {expression})"


def ratio(part: str, whole: str) -> str:
    """Part of a whole; nothing where the whole is 0."""
    return f"{part} / ({whole} > 0)"


AGENTS = f"count({each_node(of_node('supercargo_build_info'))})"


def or_zero(expression: str) -> str:
    """What nothing is found of is none, as long as an agent answers; without agents nobody knows."""
    return f"{expression} or 0 * {AGENTS}"


def named(expression: str, label: str, value: str) -> str:
    """The same series with one more label."""
    return f'label_replace({expression}, "{label}", "{value}", "", "")'
