"""What containers use, as several pages ask for it: one value for each container, whatever jobs tell it."""
from .query import (SCRAPE, each_container, each_pod, grown, increase, named, of_container, of_pod, rate, ratio, select,
                    total)


def memory_limit(of, *matchers: str) -> str:
    """0: none. kube-prometheus-stack drops cAdvisor's, so that the agent has it under another name, too."""
    names = ("container_spec_memory_limit_bytes", "supercargo_container_memory_limit_bytes")
    return each_container(" or ".join(of(name, *matchers) for name in names))


def of_memory_limit(of, *matchers: str) -> str:
    """The working set of each container that has a limit, of it."""
    used = each_container(of("container_memory_working_set_bytes", *matchers))
    return f"({ratio(used, memory_limit(of, *matchers))})"


def _cpu_bound() -> str:
    spec = f"{of_container('container_spec_cpu_quota')} / {of_container('container_spec_cpu_period')}"
    return each_container(f"{spec} or {of_container('supercargo_container_cpu_limit_cores')}")


CPU = each_container(rate(of_container("container_cpu_usage_seconds_total")))
CPU_LIMIT = _cpu_bound()
MEMORY = each_container(of_container("container_memory_working_set_bytes"))
MEMORY_LIMIT = f"({memory_limit(of_container)} > 0)"
THROTTLED = each_container(of_container("supercargo_container_cpu_throttled_ratio"))
STARTS = each_pod(increase(of_pod("supercargo_container_starts_total")), "container")
KILLS = each_pod(grown(of_pod("supercargo_container_oom_kills_total")), "container")
LOG_LABELS = "cluster, namespace, pod, container, output"


def pressure(resource: str, kind: str) -> str:
    return each_container(rate(of_container(f"container_pressure_{resource}_{kind}_seconds_total")))


def _network(metric: str) -> str:
    return total(each_pod(rate(of_pod(metric)), "interface"), "cluster, namespace, pod")


def _disk(metric: str) -> str:
    return total(each_container(rate(of_container(metric)), "device"), "cluster, namespace, pod, container")


RECEIVED = _network("container_network_receive_bytes_total")
SENT = _network("container_network_transmit_bytes_total")
DISK_READ = _disk("container_fs_reads_bytes_total")
DISK_WRITTEN = _disk("container_fs_writes_bytes_total")


def log_bytes(metric: str) -> str:
    return f"max by ({LOG_LABELS}) ({rate(of_pod(metric))})"


def _missing(what: str, metric: str, matchers: str) -> str:
    most = f"max by ({LOG_LABELS}, reason) ({grown(select(metric, matchers, SCRAPE))}) > 0"
    return named(most, "what", what)


def missing(matchers: str) -> str:
    """What logs lack, by reason and kind."""
    kinds = (("dropped, bytes", "dropped_bytes"), ("lost, bytes", "lost_bytes"), ("gaps, events", "gaps"))
    return " or ".join(_missing(what, f"supercargo_log_{metric}_total", matchers) for what, metric in kinds)


def logs_of(expression: str) -> str:
    """One series for each container, whatever outputs and reasons there are."""
    return f"count by (cluster, namespace, pod, container) ({expression})"


MISSING = missing('namespace=~"$namespace", pod=~"$pod"')
