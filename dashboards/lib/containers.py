"""What containers use, as several pages ask for it: one value for each container, whatever jobs tell it."""
from .query import (RANGE, SCRAPE, each_container, each_pod, increase, named, of_container, of_pod, rate, select,
                    total)

CPU = each_container(rate(of_container("container_cpu_usage_seconds_total")))
CPU_LIMIT = each_container(f"{of_container('container_spec_cpu_quota')} / {of_container('container_spec_cpu_period')}")
MEMORY = each_container(of_container("container_memory_working_set_bytes"))
MEMORY_LIMIT = each_container(of_container("container_spec_memory_limit_bytes") + " > 0")
THROTTLED = each_container(of_container("supercargo_container_cpu_throttled_ratio"))
STARTS = each_pod(increase(of_pod("supercargo_container_starts_total")), "container")
KILLS = each_pod(increase(of_pod("supercargo_container_oom_kills_total")), "container")
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
    grown = f"max by ({LOG_LABELS}, reason) (increase({select(metric, matchers, SCRAPE)}{RANGE}))"
    return named(f"sum by (output, namespace, pod, container, reason) ({grown}) > 0", "what", what)


def missing(matchers: str) -> str:
    """What logs lack, by reason and kind."""
    kinds = (("dropped, bytes", "dropped_bytes"), ("lost, bytes", "lost_bytes"), ("gaps, events", "gaps"))
    return " or ".join(_missing(what, f"supercargo_log_{metric}_total", matchers) for what, metric in kinds)


MISSING = missing('namespace=~"$namespace", pod=~"$pod"')
