"""A namespace and its workloads: who uses what, who restarts, who writes logs."""
import functools

from lib import logql
from lib.board import Board, Row
from lib.containers import of_memory_limit
from lib.link import ROW_POD, board, graylog, logs, of_row
from lib.panel import ANY_IS_BAD, FILL, LAG, LOKI, STALL, graph, log_lines, stat
from lib.query import each_container, each_pod, grown, increase, of_namespace, or_zero, rate, total, worst
from lib.shared import NAMESPACE_EVENTS, volume
from lib.table import Column, table
from lib.variable import BASE, NAMESPACE, WORKLOAD

FLEET_PAGE = board("Fleet", "fleet")
OOPS_PAGE = board("Oops", "oops", namespace="${namespace}")
POD_PAGE = board("Pods", "pod", namespace="${namespace}")
LOGS_PAGE = logs("Logs", namespace="${namespace}")
GRAYLOG_PAGE = graylog("Graylog", "namespace:/${namespace:regex}/")
PAGES = [POD_PAGE, OOPS_PAGE, LOGS_PAGE, GRAYLOG_PAGE]

REAL = 'container!="", container!="POD"'
# Plain files have logs without a pod.
IN_POD = 'pod!=""'
# Pods of other workloads are taken away, so that all stay where nobody knows workloads (without the API server).
OTHERS = of_namespace("supercargo_pod_info", 'workload!~"$workload"')
INFO = f"max by (cluster, namespace, pod, workload_kind, workload) ({of_namespace('supercargo_pod_info')})"


def ours(expression: str) -> str:
    return f"({expression} unless on (cluster, namespace, pod) {OTHERS})"


def of_workload(expression: str) -> str:
    """Summed by workload; `expression` has one series a pod."""
    joined = f"{ours(expression)} * on (cluster, namespace, pod) group_left (workload_kind, workload) {INFO}"
    return f"sum by (cluster, namespace, workload_kind, workload) ({joined})"


def per_pod(metric: str, change=lambda selector: selector) -> str:
    return total(each_container(change(of_namespace(metric, REAL))), "cluster, namespace, pod")


def counted(metric: str, growth) -> str:
    """Growth of a counter that has one series for each container's name."""
    return total(each_pod(growth(of_namespace(metric)), "container"), "cluster, namespace, pod")


CPU = per_pod("container_cpu_usage_seconds_total", rate)
MEMORY = per_pod("container_memory_working_set_bytes")
STARTS = counted("supercargo_container_starts_total", increase)
KILLS = counted("supercargo_container_oom_kills_total", grown)
THROTTLED = each_pod(of_namespace("supercargo_container_cpu_throttled_ratio"))
MEMORY_FULL = each_pod(of_memory_limit(of_namespace, REAL))
LOG_BYTES = total(f"max by (cluster, namespace, pod, container) ({rate(of_namespace('supercargo_log_written_bytes_total', IN_POD))})",
                  "cluster, namespace, pod")
LOG_LAG = each_pod(of_namespace("supercargo_log_oldest_pending_seconds", IN_POD))

one = functools.partial(stat, links=PAGES)
TO_POD = [board("Pod", "pod", namespace="${__field.labels.namespace}", pod="${__field.labels.pod}")]
over_time = functools.partial(graph, links=PAGES, data_links=TO_POD, points=120)

NOW = Row("Now", (
    one("Pods", "Pods with a running container.", "short", f"count({ours(MEMORY)})", no_value="none"),
    one("CPU, cores", "Cores in use.", "short", f"sum({ours(CPU)})", no_value="none"),
    one("Memory", "Working sets.", "bytes", f"sum({ours(MEMORY)})", no_value="none"),
    one("Fullest container", "The largest working set of its limit.", "percentunit", f"max({ours(MEMORY_FULL)})",
        colors=FILL, no_value="no limit"),
    one("Most throttled", "Of the CPU periods of the last minute, how many used up the quota: the worst container.",
        "percentunit", f"max({ours(THROTTLED)})", colors=STALL, no_value="no limit or idle"),
    one("Starts again", "Containers that started anew in the time that this page shows.", "short",
        or_zero(f"round(sum({ours(STARTS)}))"), colors=ANY_IS_BAD),
    one("OOM kills", "Processes that the kernel killed for want of memory in the time that this page shows.", "short",
        or_zero(f"round(sum({ours(KILLS)}))"), colors=ANY_IS_BAD),
    one("Log lag", "Age of the oldest byte of a log that is not delivered yet.", "s", f"max({ours(LOG_LAG)})",
        colors=LAG, no_value="no output"),
))

COLUMNS = (
    ("CPU, cores", CPU, "short", None), ("Memory", MEMORY, "bytes", None), ("Starts", f"round({STARTS})", "short", None),
    ("OOM kills", f"round({KILLS})", "short", ANY_IS_BAD), ("Log bytes/s", LOG_BYTES, "Bps", None))


def columns(shape) -> list[Column]:
    return [Column(title, shape(expr), unit, colors) if colors else Column(title, shape(expr), unit, decimals=None)
            for title, expr, unit, colors in COLUMNS]


TABLES = Row("Workloads and pods", (
    table("Workloads", "What was deployed, by CPU; needs the API server. Starts and kills are of the time that this page "
          "shows.", ("namespace", "workload_kind", "workload"),
          [Column("Pods", of_workload(f"{MEMORY} ^ 0")), *columns(of_workload)],
          [board("Only this workload", "namespace", **of_row("namespace", "workload"))], links=PAGES,
          sort="CPU, cores", no_value="No workloads are known: the agent does not ask the API server"),
    table("Pods", "Each pod, by CPU. Starts and kills are of the time that this page shows.", ("namespace", "pod"),
          [*columns(ours),
           Column("Memory of limit", ours(MEMORY_FULL), "percentunit", FILL),
           Column("Throttled", ours(THROTTLED), "percentunit", STALL),
           Column("Log lag", ours(LOG_LAG), "s", LAG)],
          ROW_POD, links=PAGES, height=11, no_value="No pods"),
))

NAME = "{{namespace}} {{pod}}"
GRAPHS = Row("Over time: the fifteen largest pods", (
    over_time("CPU", "Cores in use.", "short", {NAME: worst(15, ours(CPU))}),
    over_time("Memory", "Working set.", "bytes", {NAME: worst(15, ours(MEMORY))}),
    over_time("Throttled periods", "Of the CPU periods of the last minute, how many used up the quota; above 25 % "
              "requests wait visibly.", "percentunit", {NAME: worst(15, ours(THROTTLED))}, colors=STALL, maximum=1,
              no_value="No CPU limit here"),
    over_time("Waits for memory", "Share of time in which some thread of a container waited for memory.", "percentunit",
              {NAME: worst(15, ours(each_pod(rate(of_namespace("container_pressure_memory_waiting_seconds_total", REAL)))))},
              colors=STALL, no_value="No pressure figures: cgroup v1, or PSI is off"),
    over_time("Network", "Bits a second in and out of pods that have a network of their own.", "bps",
              {f"{way} {NAME}": "8 * " + worst(15, ours(total(each_pod(
                  rate(of_namespace(f"container_network_{metric}_bytes_total", 'pod!=""')), "interface"),
                  "cluster, namespace, pod")))
               for way, metric in (("in", "receive"), ("out", "transmit"))}),
    over_time("Log volume", "Bytes a second that logs grow by.", "Bps", {NAME: worst(15, ours(LOG_BYTES))}),
))

LOKI_ROW = Row("Log lines", (
    volume("Lines by level", logql.NAMESPACE, [LOGS_PAGE], width=12),
    graph("Errors by pod", "Lines a second of level error and above: the ten pods with most.", "cps",
          {NAME: f"topk(10, {logql.line_rate(logql.NAMESPACE, 'namespace, pod', logql.ERRORS)})"}, [LOGS_PAGE], TO_POD,
          height=7, source=LOKI, no_value="No errors"),
    log_lines("Errors", "Lines of level error and above.", f"{logql.NAMESPACE} {logql.ERRORS}", [LOGS_PAGE]),
))

BOARD = Board(
    name="namespace",
    uid="supercargo-namespace",
    title="Namespace and workload",
    description="Namespaces and what is deployed in them: who uses what, who restarts, who writes logs.",
    variables=(*BASE, NAMESPACE, WORKLOAD),
    rows=(NOW, TABLES, GRAPHS, LOKI_ROW),
    annotations=NAMESPACE_EVENTS,
    links=(FLEET_PAGE, OOPS_PAGE, LOGS_PAGE, GRAYLOG_PAGE),
)
