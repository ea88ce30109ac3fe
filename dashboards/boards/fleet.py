"""All nodes, the worst first."""
import functools

from lib import logql
from lib.board import Board, Row
from lib.link import ROW_NODE, SERIES_NODE, board, logs
from lib.nodes import AVAILABLE, BUSY, FULL, KILLS, LAG_OF_FLEET, LAG_OF_LOGS, MEMORY, MEMORY_RATIO, waits, with_name
from lib.panel import ANY_IS_BAD, FILL, LAG, LOKI, STALL, graph, stat
from lib.query import RANGE, RATE, each_node, grown, increase, named, of_namespace, of_node, or_zero, rate, recorded, worst
from lib.shared import NODE_EVENTS, volume
from lib.table import Column, table
from lib.variable import BASE, NAMESPACE, RECORDED

OOPS_PAGE = board("Oops", "oops")
AGENT_PAGE = board("Agents", "agent")
NAMESPACE_PAGE = board("Namespaces", "namespace")
LOGS_PAGE = logs("Logs")
PAGES = [OOPS_PAGE, NAMESPACE_PAGE]

one = functools.partial(stat, links=PAGES)
over_time = functools.partial(graph, links=PAGES, data_links=SERIES_NODE, width=8, points=120)

FULLEST = f"max by (cluster, instance) ({FULL})"
LOST = "sum by (cluster, instance) (" + each_node(
    grown(of_node("supercargo_log_lost_bytes_total")), "output, namespace, pod, container, reason") + ")"
GONE = f"count(({of_node('up')} == 0) and on (job, instance) last_over_time({of_node('supercargo_build_info')}{RANGE}))"
STARTS = "sum by (cluster, instance) (" + each_node(
    increase(of_namespace("supercargo_container_starts_total")), "namespace, pod, container") + ")"

NOW = Row("Now", (
    one("Nodes", "Nodes that are scraped.", "short", f"count({each_node(of_node('node_boot_time_seconds'))})"),
    one("CPU busy", "Share of the processor time of all nodes that is not idle.", "percentunit", f"avg({BUSY})",
        colors=FILL),
    one("Memory used", "Memory of all nodes that programs cannot get without swapping.", "percentunit",
        f"1 - sum({AVAILABLE}) / sum({MEMORY})", colors=FILL),
    one("Fullest file system", "Used space of the fullest one that can be written, on any node.", "percentunit",
        f"max({FULL})", colors=FILL),
    one("Worst wait for memory", "The largest share of time in which some program of a node waited for memory.",
        "percentunit", f"max({waits('memory', 'waiting')})", colors=STALL, no_value="no PSI"),
    one("OOM kills", "Processes that the kernels killed for want of memory in the time that this page shows.", "short",
        f"round(sum({KILLS}))", colors=ANY_IS_BAD),
    one("Agents that do not answer", "Agents that were scraped in the time that this page shows, and now are not.",
        "short", or_zero(GONE), colors=ANY_IS_BAD, links=[AGENT_PAGE]),
    one("Log lag", "Age of the oldest byte of a log on any node that is not delivered yet.", "s",
        f"max({LAG_OF_LOGS})", colors=LAG, no_value="no output", links=[AGENT_PAGE]),
))

WORST = " or ".join((
    named(BUSY, "of", "CPU"), named(MEMORY_RATIO, "of", "memory"), named(FULLEST, "of", "file system"),
    named(waits("memory", "waiting"), "of", "waits for memory"), named(waits("io", "waiting"), "of", "waits for disks")))

NODES = Row("Nodes", (
    table("Nodes, the worst first", "Each node by the largest of its shares: CPU, memory, fullest file system, waits "
          "for memory and for disks. Starts and kills are of the time that this page shows.", ("node", "instance"), [
              Column("Worst", with_name(f"max by (cluster, instance) ({WORST})"), "percentunit", FILL),
              Column("CPU", BUSY, "percentunit", FILL),
              Column("Memory", MEMORY_RATIO, "percentunit", FILL),
              Column("File system", FULLEST, "percentunit", FILL),
              Column("Waits for CPU", waits("cpu", "waiting"), "percentunit", STALL),
              Column("Waits for memory", waits("memory", "waiting"), "percentunit", STALL),
              Column("Waits for disks", waits("io", "waiting"), "percentunit", STALL),
              Column("Starts", f"round({STARTS})"),
              Column("OOM kills", f"round({KILLS})", "short", ANY_IS_BAD),
              Column("Log lag", LAG_OF_LOGS, "s", LAG),
              Column("Logs lost", LOST, "bytes", ANY_IS_BAD),
          ], ROW_NODE, links=PAGES, height=12, no_value="No node is scraped"),
))

TOP = Row("The ten worst", (
    over_time("CPU busy", "The ten busiest nodes.", "percentunit", {"{{instance}}": worst(10, BUSY)}, colors=FILL),
    over_time("Memory used", "The ten fullest nodes.", "percentunit", {"{{instance}}": worst(10, MEMORY_RATIO)},
              colors=FILL),
    over_time("File systems, used", "The ten fullest file systems that can be written.", "percentunit",
              {"{{instance}} {{mountpoint}}": worst(10, FULL)}, colors=FILL),
    *(over_time(f"Waits for {name}", f"Share of time in which some program of the node waited for {name}.",
                "percentunit", {"{{instance}}": worst(10, waits(metric, "waiting"))}, colors=STALL,
                no_value="No pressure figures: the kernels have no PSI")
      for name, metric in (("CPU", "cpu"), ("memory", "memory"), ("disks", "io"))),
))

WRITTEN = "max by (cluster, instance) (" + each_node(recorded(
    "instance_output:supercargo_log_written_bytes:rate5m", lambda chosen: "sum without (namespace, pod, container) ("
    f"{rate(of_namespace('supercargo_log_written_bytes_total', chosen))})"), "output") + ")"
STARTED = each_node(recorded(
    "instance:supercargo_container_starts:increase5m", lambda chosen: "sum without (namespace, pod, container) ("
    f"increase({of_namespace('supercargo_container_starts_total', chosen)}{RATE}))"))

LOG_ROW = Row("Logs and starts, as the agents count them", (
    over_time("Log volume", "Bytes a second that the logs on each node grow by: the ten noisiest nodes.", "Bps",
              {"{{instance}}": worst(10, WRITTEN)}, no_value="No output is configured"),
    over_time("Log lag", "Age of the oldest byte that is not delivered, of the ten nodes that lag most.", "s",
              {"{{instance}}": worst(10, LAG_OF_FLEET)}, colors=LAG, no_value="No output is configured"),
    over_time("Starts of containers", "Containers that start, by node: the ten with most. Many: something crashes.",
              "short", {"{{instance}}": worst(10, STARTED)}),
))

LOKI_ROW = Row("Log lines", (
    volume("Lines by level", logql.NAMESPACE, [LOGS_PAGE], width=12),
    graph("Errors by node", "Lines a second of level error and above, by node.", "cps",
          {"{{node}}": f"topk(10, {logql.line_rate(logql.NAMESPACE, 'node', logql.ERRORS)})"}, [LOGS_PAGE],
          [logs("Logs", node="${__field.labels.node}")], height=7, source=LOKI, no_value="No errors"),
))

BOARD = Board(
    name="fleet",
    uid="supercargo-fleet",
    title="Fleet",
    description="All nodes, the worst first: what they use, what they wait for, what they kill, and how their logs do.",
    variables=(*BASE, NAMESPACE, RECORDED),
    rows=(NOW, NODES, TOP, LOG_ROW, LOKI_ROW),
    annotations=NODE_EVENTS,
    links=(OOPS_PAGE, NAMESPACE_PAGE, AGENT_PAGE, LOGS_PAGE),
)
