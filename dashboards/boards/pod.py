"""One pod: what it uses beside what it may, what it waits for, and what it says."""
import dataclasses
import functools

from lib import logql
from lib.board import Board, Row
from lib.containers import (CPU, CPU_LIMIT, DISK_READ, DISK_WRITTEN, KILLS, MEMORY, MEMORY_LIMIT, MISSING, RECEIVED,
                            SENT, STARTS, THROTTLED, log_bytes, of_memory_limit, pressure)
from lib.link import ROW_POD, SERIES_POD, board, graylog, logs
from lib.panel import ANY_IS_BAD, FILL, LAG, STALL, graph, log_lines, stat
from lib.query import CONTAINER, RANGE, SCRAPE, each_container, of_container, of_pod, or_zero, rate, ratio, select, total, worst
from lib.shared import POD_EVENTS, volume
from lib.table import Column, table
from lib.variable import BASE, CONTAINERS, NAMESPACE, PODS

NAMESPACE_PAGE = board("Namespace", "namespace", namespace="${namespace}")
OOPS_PAGE = board("Oops", "oops", namespace="${namespace}")
LEDGER_PAGE = board("What became of its logs", "agent", namespace="${namespace}")
LOGS_PAGE = logs("Logs", namespace="${namespace}", pod="${pod}")
GRAYLOG_PAGE = graylog("Graylog", "namespace:/${namespace:regex}/ AND pod:/${pod:regex}/")
PAGES = [NAMESPACE_PAGE, LOGS_PAGE, GRAYLOG_PAGE]
NAME = "{{pod}} {{container}}"

one = functools.partial(stat, links=PAGES)


def over_time(title, description, unit, series, bounds=None, **more):
    """Of each query thirty series: a namespace may have hundreds of pods."""
    some, some_bounds = ({legend: worst(30, expr) for legend, expr in one.items()} for one in (series, bounds or {}))
    return graph(title, description, unit, some, PAGES, SERIES_POD, some_bounds, **more)


NOW = Row("Now", (
    one("Containers", "Containers that run.", "short", f"count({MEMORY})", no_value="none"),
    one("CPU of its limit", "CPU in use, of the sum of the limits; only containers with a limit.", "percentunit",
        ratio(total(f"({CPU} and {CPU_LIMIT})"), total(CPU_LIMIT)), colors=FILL, no_value="no limit"),
    one("Memory of its limit", "The fullest container: working set of its limit. At 100 % the kernel kills.",
        "percentunit", f"max({of_memory_limit(of_container)})", colors=FILL, no_value="no limit"),
    one("Throttled", "Of the CPU periods of the last minute, how many used up the quota: the worst container.",
        "percentunit", f"max({THROTTLED})", colors=STALL, no_value="no limit or idle"),
    one("Starts again", "Containers that started anew in the time that this page shows.", "short",
        or_zero(f"round(sum({STARTS}))"), colors=ANY_IS_BAD),
    one("OOM kills", "Processes that the kernel killed for want of memory in the time that this page shows.", "short",
        or_zero(f"round(sum({KILLS}))"), colors=ANY_IS_BAD),
    one("Log lines", "Lines a second that reached an output: the largest of all outputs.", "cps",
        f"max(sum by (output) (max by (cluster, namespace, pod, container, output) "
        f"({rate(of_pod('supercargo_log_delivered_lines_total'))})))", no_value="no output"),
    one("Log lag", "Age of the oldest byte of its logs that is not delivered yet.", "s",
        f"max({of_pod('supercargo_log_oldest_pending_seconds')})", colors=LAG, no_value="no output",
        links=[LEDGER_PAGE]),
))

CPU_ROW = Row("CPU", (
    over_time("CPU", "Cores in use, the busiest second of each minute, and the limit (dashed).", "short",
              {NAME: CPU, f"peak {NAME}": each_container(of_container("supercargo_container_cpu_peak_cores"))},
              bounds={f"limit {NAME}": CPU_LIMIT}),
    over_time("Throttled periods", "Of the CPU periods of the last minute, how many used up the quota. Above 25 % "
              "requests wait visibly: raise the limit, or see what burns CPU.", "percentunit", {NAME: THROTTLED},
              colors=STALL, maximum=1, no_value="No CPU limit here"),
))

MEMORY_ROW = Row("Memory", (
    over_time("Memory", "Working set, what eviction looks at; the most that was charged in each minute, with caches; "
              "and the limit (dashed).", "bytes",
              {NAME: MEMORY, f"peak {NAME}": each_container(of_container("supercargo_container_memory_usage_peak_bytes"))},
              bounds={f"limit {NAME}": MEMORY_LIMIT}),
    over_time("Memory by kind", "Anonymous memory cannot be taken back, page cache can; swap is slow.", "bytes",
              {f"{kind} {NAME}": each_container(of_container(f"container_memory_{metric}"))
               for kind, metric in (("anonymous", "rss"), ("cache", "cache"), ("swap", "swap"))}),
))

PRESSURE_ROW = Row("Pressure", tuple(
    over_time(f"Waits for {name}", f"Share of time in which some thread (stalled: all threads) waited for {name}; "
              "needs cgroup v2 with PSI.", "percentunit",
              {NAME: pressure(metric, "waiting"), f"stalled {NAME}": pressure(metric, "stalled")},
              width=8, colors=STALL, no_value="No pressure figures: cgroup v1, or PSI is off")
    for name, metric in (("CPU", "cpu"), ("memory", "memory"), ("disks", "io"))
))

TRAFFIC_ROW = Row("Network, disk, threads", (
    over_time("Network", "Bits a second to and from the pod; none for pods on the host's network.", "bps",
              {"in {{pod}}": f"8 * {RECEIVED}", "out {{pod}}": f"8 * {SENT}"}, width=8),
    over_time("Disk", "Bytes a second read from and written to block devices.", "Bps",
              {f"read {NAME}": DISK_READ, f"written {NAME}": DISK_WRITTEN}, width=8),
    over_time("Threads", "Threads, and the bound on them (dashed) where there is one.", "short",
              {NAME: each_container(of_container("container_threads"))},
              bounds={f"bound {NAME}": each_container(of_container("container_threads_max") + " > 0")}, width=8),
))


def ended(metric: str) -> str:
    found = select(f"supercargo_ended_container_{metric}", CONTAINER, SCRAPE)
    most = f"max by (namespace, pod, container, container_id) (max_over_time({found}{RANGE}))"
    return f'label_replace({most}, "container_id", "$1", "container_id", "(............).+")'


LEDGER_ROW = Row("Its logs and its ended containers, as the agent counts them", (
    over_time("Log volume", "Bytes a second that it wrote, and that reached each output. Where they part, the backlog "
              "grows.", "Bps", {f"written {{{{output}}}} {NAME}": log_bytes("supercargo_log_written_bytes_total"),
                                f"delivered {{{{output}}}} {NAME}": log_bytes("supercargo_log_delivered_bytes_total")}),
    table("What is missing from its logs", "Bytes that were dropped by decision or lost by accident, and events of "
          "unknown size, in the time that this page shows, with the reasons that GUARANTEES.md explains.",
          ("namespace", "pod", "container", "output", "reason", "what"), [Column("Amount", MISSING)], ROW_POD,
          links=[LEDGER_PAGE], width=12, height=8, no_value="Nothing is missing"),
    table("Ended containers", "What each container had used when it ended, in the time that this page shows; also "
          "those that lived for a second.", ("namespace", "pod", "container", "container_id"),
          [Column("Ended", ended("end_time_seconds") + " * 1000", "dateTimeAsIso"),
           Column("Lived", ended("lifetime_seconds"), "s"), Column("CPU time", ended("cpu_seconds"), "s"),
           Column("Memory at most", ended("memory_peak_bytes"), "bytes"),
           Column("OOM kills", ended("oom_kills"), "short", ANY_IS_BAD)],
          ROW_POD, links=PAGES, height=6, no_value="None ended"),
))

LOKI_ROW = Row("Log lines", (
    volume("Lines by level", logql.POD, [LOGS_PAGE], height=6),
    log_lines("Lines", "What it wrote, the newest first.", logql.POD, [LOGS_PAGE]),
    log_lines("Events", "Starts, exits and OOM kills of its containers, as the agent saw them.",
              logql.EVENTS + ' | json | line_format "{{.event}} {{.container}}: {{.message}}"', [LOGS_PAGE], height=6),
))

BOARD = Board(
    name="pod",
    uid="supercargo-pod",
    title="Pod",
    description="One pod, or some of a namespace: what they use, what they wait for, and what they write; a graph has the "
    "thirty largest.",
    variables=(*BASE, dataclasses.replace(NAMESPACE, multi=False), PODS, CONTAINERS),
    rows=(NOW, CPU_ROW, MEMORY_ROW, PRESSURE_ROW, TRAFFIC_ROW, LEDGER_ROW, LOKI_ROW),
    annotations=POD_EVENTS,
    links=(NAMESPACE_PAGE, OOPS_PAGE, LOGS_PAGE, GRAYLOG_PAGE),
)
