"""Everything that is wrong now, each row with its pod and its logs."""
import dataclasses
import functools

from lib import logql
from lib.board import Board, Row
from lib.containers import logs_of, memory_limit, missing, of_memory_limit
from lib.link import ROW_NODE, ROW_POD, board, logs
from lib.nodes import FILES, FULL, KILLS, waits, with_name
from lib.panel import ANY_IS_BAD, FILL, LAG, LOKI, NONE_IS_BAD, RED, SOON, STALL, graph, log_lines, stat
from lib.query import (AGENTS, RANGE, best, each_container, each_node, each_pod, grown, increase, named, of_namespace, of_node,
                       or_zero, rate, ratio, without_port, worst)
from lib.shared import NAMESPACE_EVENTS
from lib.table import Column, table
from lib.variable import BASE, NAMESPACE

FLEET_PAGE = board("Fleet", "fleet")
NAMESPACE_PAGE = board("Namespaces", "namespace", namespace="${namespace}")
AGENT_PAGE = board("Agents", "agent", namespace="${namespace}")
LOGS_PAGE = logs("Logs", namespace="${namespace}")
PAGES = [NAMESPACE_PAGE, FLEET_PAGE]
WHO = ("namespace", "pod", "container")
REAL = 'container!="", container!="POD"'
FINE = "Nothing is wrong here"

OOM = each_pod(grown(of_namespace("supercargo_container_oom_kills_total")), "container")
STARTS = each_pod(increase(of_namespace("supercargo_container_starts_total")), "container")
THROTTLED = each_container(of_namespace("supercargo_container_cpu_throttled_ratio"))
NEAR_LIMIT = of_memory_limit(of_namespace, REAL)
NO_LIMIT = f"{memory_limit(of_namespace, REAL)} == 0"
# The name of an image without a tag is `latest`, too; a digest, or a name that nobody told, is not.
LATEST = each_container(of_namespace("container_start_time_seconds", REAL, 'image=~".+:latest|([^/]+/)*[^:@/]+"',
                                     'image!~"unknown|sha256.*|"'), "image")
FREE = of_node("node_filesystem_avail_bytes", FILES)
FULL_IN = without_port(
    f"{FREE} / -(deriv({FREE}{RANGE}) < 0) < 4 * 3600 and {FREE} / {of_node('node_filesystem_size_bytes', FILES)} < 0.5")
FILLING = f"min by (cluster, instance, mountpoint) ({FULL_IN})"
WRITTEN = of_namespace("supercargo_log_written_bytes_total")
LOUDER = each_container(ratio(increase(WRITTEN), f"increase({WRITTEN}{RANGE} offset $__range)"))
MUCH = f"{each_container(increase(WRITTEN))} > 1e6"
LAGGING = "max by (cluster, namespace, pod, container, output) " \
    f"({of_namespace('supercargo_log_oldest_pending_seconds')}) > 60"
GONE = f"({of_node('up')} == 0) and on (job, instance) last_over_time({of_node('supercargo_build_info')}{RANGE})"


def stalled(resource: str, kind: str) -> str:
    return each_container(rate(of_namespace(f"container_pressure_{resource}_{kind}_seconds_total", REAL)))


STALLS = " or ".join(named(f"{stalled(metric, kind)} > {bound}", "waits_for", name) for name, metric, kind, bound in (
    ("CPU", "cpu", "waiting", 0.25), ("memory", "memory", "waiting", 0.1), ("disks", "io", "stalled", 0.1)))
NODE_STALLS = " or ".join(named(f"{waits(metric, 'waiting')} > {bound}", "waits_for", name) for name, metric, bound in (
    ("CPU", "cpu", 0.5), ("memory", "memory", 0.1), ("disks", "io", 0.25)))
AGENT_TROUBLE = " or ".join(named(each_node(f"{of_node(metric)} > 0", "output"), "trouble", text) for metric, text in (
    ("supercargo_output_retrying", "an output waits after a failure"),
    ("supercargo_log_stalled_files", "log files that nobody reads"),
    ("supercargo_ledger_difference_bytes", "the ledger does not add up"),
    ("supercargo_memory_pressure", "memory is short: it holds less")))
AGENT_TROUBLE += " or " + named(each_node(f"1 - {of_node('supercargo_config_last_reload_successful')} > 0", "output"),
                                "trouble", "its configuration was not taken over")

count = functools.partial(stat, colors=ANY_IS_BAD, height=3)


def tile(title: str, description: str, expr: str, links=tuple(PAGES)):
    return count(title, description, "short", or_zero(f"count({expr})"), list(links), width=4)


NOW = Row("How much is wrong", (
    tile("OOM kills", "Containers that lost a process for want of memory in the time that this page shows.", f"{OOM} > 0"),
    tile("Restarting", "Containers that started at least twice in the time that this page shows.", f"{STARTS} >= 2"),
    tile("Near their limit", "Containers above 90 % of their memory limit.", f"{NEAR_LIMIT} > 0.9"),
    tile("Throttled", "Containers that used up their CPU quota in a quarter of the last minute's periods.",
         f"{THROTTLED} > 0.25"),
    tile("Stalled", "Containers that wait for CPU, memory or disks.", STALLS),
    tile("Nodes that stall", "Nodes on which programs wait for CPU, memory or disks.",
         f"count by (cluster, instance) ({NODE_STALLS})", [FLEET_PAGE]),
    tile("Disks", "File systems above 85 %, or full within four hours.", f"{FULL} > 0.85 or {FILLING}", [FLEET_PAGE]),
    tile("Logs that lag", "Logs of which something is not delivered after a minute.", logs_of(LAGGING)),
    tile("Logs that lack", "Logs of which something was dropped, lost, or may be missing, in the time that this page "
         "shows.", logs_of(missing('namespace=~"$namespace"')), [AGENT_PAGE]),
    tile("Agents in trouble", "Agents with an output that fails, files that nobody reads, little memory, or a wrong configuration.",
         f"count by (cluster, instance) ({AGENT_TROUBLE})", [AGENT_PAGE]),
    tile("Agents that do not answer", "Scraped in the time that this page shows, and not now.", GONE, [AGENT_PAGE]),
    count("Agents that answer", "What this page knows, it has from them (and from kubelet and node_exporter): with none "
          "of them, an empty page is no good news.", "short", AGENTS, [AGENT_PAGE], colors=NONE_IS_BAD, width=4,
          no_value="none", missing=RED),
))


def wrong(title, description, columns, labels=WHO, links=ROW_POD, no_value=FINE, width=8, ascending=False, **more):
    """The hundred worst: when a receiver is down, all logs of a fleet lag."""
    some = [dataclasses.replace(one, expr=(best if ascending else worst)(100, one.expr)) for one in columns]
    return table(title, description, labels, some, links, links=PAGES, width=width, height=7, no_value=no_value,
                 ascending=ascending, **more)


KILLED = Row("Killed, restarted, about to be killed", (
    wrong("OOM kills", "Processes that the kernel killed for want of memory in the time that this page shows: raise the "
          "limit, or find the leak. Container empty: nobody can tell which.",
          [Column("Kills", f"round({OOM}) > 0", "short", ANY_IS_BAD)], no_value="No OOM kills"),
    wrong("Restarts", "Containers that started at least twice in the time that this page shows: the last lines of the "
          "one before tell why.", [Column("Starts", f"round({STARTS}) >= 2", "short", ANY_IS_BAD)],
          no_value="Nothing restarts"),
    wrong("Near their memory limit", "Working set above 90 % of the limit: the next OOM kills.",
          [Column("Of limit", f"{NEAR_LIMIT} > 0.9", "percentunit", FILL)], no_value="None is near its limit"),
))

SLOW = Row("Held back", (
    wrong("Throttled by their CPU limit", "Above 25 % of the periods of the last minute: requests wait visibly.",
          [Column("Throttled", f"{THROTTLED} > 0.25", "percentunit", STALL)], no_value="Nobody is throttled"),
    wrong("Stalls", "Containers that wait for CPU (above 25 % of the time), memory or disks (above 10 %).",
          [Column("Waits", STALLS, "percentunit", STALL)], labels=(*WHO, "waits_for"), no_value="Nobody stalls"),
    wrong("Nodes that stall", "Nodes on which programs wait for CPU (above 50 % of the time), memory (10 %) or disks "
          "(25 %).", [Column("Waits", with_name(NODE_STALLS), "percentunit", STALL)],
          labels=("node", "instance", "waits_for"), links=ROW_NODE, no_value="No node stalls"),
))

DISKS = Row("Disks and nodes", (
    wrong("Full file systems", "Above 85 %: kubelet evicts pods soon.",
          [Column("Used", with_name(f"{FULL} > 0.85"), "percentunit", FILL)],
          labels=("node", "instance", "mountpoint"), links=ROW_NODE, no_value="None above 85 %"),
    wrong("Filling file systems", "Less than half free, and, as it went in the time that this page shows, full within "
          "four hours.", [Column("Full in", with_name(FILLING), "s", SOON)], labels=("node", "instance", "mountpoint"),
          links=ROW_NODE, no_value="None fills up", ascending=True),
    wrong("Nodes that killed", "Processes that the kernel killed on each node, of pods and others.",
          [Column("Kills", with_name(f"round({KILLS}) > 0"), "short", ANY_IS_BAD)],
          labels=("node", "instance"), links=ROW_NODE, no_value="None"),
))

LOGS = Row("Logs and agents", (
    wrong("Logs that grow fast", "Logs that grew by more than a megabyte in the time that this page shows, and by ten "
          "times as much as in the time before: mostly errors.", [Column("Times as fast", f"{LOUDER} > 10 and {MUCH}", "short",
          decimals=0)], no_value="None grows faster than before"),
    wrong("Logs that lag", "Logs with bytes that are not delivered after a minute.",
          [Column("Lag", LAGGING, "s", LAG)], labels=(*WHO, "output"), no_value="All are up to date"),
    wrong("Agents in trouble", "Outputs that fail, files that nobody reads, memory that is short, a configuration that was not taken over.",
          [Column("Value", with_name(AGENT_TROUBLE))], labels=("node", "instance", "output", "trouble"), links=ROW_NODE,
          no_value="All agents are well"),
    wrong("Logs that lack something", "Bytes that were dropped or lost, and events of unknown size; GUARANTEES.md "
          "explains the reasons.", [Column("Amount", missing('namespace=~"$namespace"'))],
          labels=(*WHO, "output", "reason", "what"), no_value="Nothing is missing", width=12),
    wrong("Agents that do not answer", "Scraped in the time that this page shows, and not now.",
          [Column("Up", with_name(each_node(GONE, "job")))], labels=("node", "instance", "job"), links=ROW_NODE,
          no_value="All agents answer", width=12),
))

CARELESS = Row("Waiting to go wrong", (
    wrong("Containers without a memory limit", "One of them can take a node's memory from all others.",
          [Column("Limit", NO_LIMIT, "bytes")], no_value="All have limits", width=12),
    wrong("Containers of an image :latest", "Nobody can tell what runs, nor go back to what ran before. Needs the API "
          "server, which tells images.", [Column("Started", f"{LATEST} * 1000", "dateTimeFromNow")],
          labels=(*WHO, "image"), no_value="All images have a tag, or are not known", width=12),
))

ERRORS, ERRORS_BEFORE = (logql.line_rate(logql.NAMESPACE, "namespace, container", logql.ERRORS, before)
                         for before in ("", "1h"))

LOKI_ROW = Row("Log lines", (
    graph("Errors", "Lines a second of level error and above: the ten containers with most.", "cps", {
        "{{namespace}} {{pod}} {{container}}":
            f"topk(10, {logql.line_rate(logql.NAMESPACE, 'namespace, pod, container', logql.ERRORS)})"}, [LOGS_PAGE],
          [logs("Logs", namespace="${__field.labels.namespace}", pod="${__field.labels.pod}")], source=LOKI,
          no_value="No errors"),
    graph("Errors rise", "Lines a second of level error and above, of the ten with most that have three times as many as "
          "an hour before, or had none then.", "cps", {
              "{{namespace}} {{container}}": f"topk(10, {ERRORS} unless {ERRORS} <= 3 * {ERRORS_BEFORE})"}, [LOGS_PAGE],
          [logs("Logs", namespace="${__field.labels.namespace}")], source=LOKI, no_value="No errors rise"),
    log_lines("Last errors", "Lines of level error and above, the newest first.", f"{logql.NAMESPACE} {logql.ERRORS}",
              [LOGS_PAGE]),
))

BOARD = Board(
    name="oops",
    uid="supercargo-oops",
    title="Oops",
    description="Everything that is wrong now: the hundred worst of each kind. An empty table is good news while agents answer.",
    variables=(*BASE, NAMESPACE),
    rows=(NOW, KILLED, SLOW, DISKS, LOGS, CARELESS, LOKI_ROW),
    annotations=NAMESPACE_EVENTS,
    links=(FLEET_PAGE, NAMESPACE_PAGE, AGENT_PAGE, LOGS_PAGE),
)
