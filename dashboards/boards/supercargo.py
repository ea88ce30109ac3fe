"""The agents themselves: what became of every byte, what lags, how receivers answer, and what it costs."""
import functools

from lib import logql
from lib.board import Board, Row
from lib.containers import missing
from lib.link import ROW_POD, SERIES_POD, board, logs
from lib.panel import ANY_IS_BAD, LAG, graph, log_lines, stat
from lib.query import each_container, each_node, grown, of_namespace, of_node, or_zero, rate, ratio, recorded, total, worst
from lib.shared import NODE_EVENTS
from lib.table import Column, table
from lib.variable import BASE, NAMESPACE, OUTPUT, RECORDED

OOPS_PAGE = board("Oops", "oops")
FLEET_PAGE = board("Fleet", "fleet")
LOGS_PAGE = logs("Logs", namespace="${namespace}")
PAGES = [OOPS_PAGE, FLEET_PAGE]
TO_OUTPUT = [board("Only this output", "agent", output="${__field.labels.output}")]
TO_NODE = [board("Node", "node", instance="${__field.labels.instance}")]
OUT = 'output=~"$output"'
CHAIN = "output, namespace, pod, container"

one = functools.partial(stat, links=PAGES)
over_time = functools.partial(graph, links=PAGES, data_links=TO_NODE)
TO_EVENTS = [board("Oops", "oops"), board("Namespaces", "namespace")]
by_receiver = functools.partial(graph, links=PAGES, data_links=TO_OUTPUT)


def of_logs(metric: str) -> str:
    return of_namespace(f"supercargo_log_{metric}", OUT)


def flow(metric: str) -> str:
    """A second, over all logs; agents are told apart before they are summed."""
    return total(each_node(rate(of_logs(metric)), CHAIN), "output")


def by_rule(rule: str, metric: str, summed: str, change=lambda selector: selector) -> str:
    """One series for each node and output, also in a fleet of thousands."""
    return each_node(recorded(f"instance_output:supercargo_log_{rule}", lambda chosen: f"{summed} without (namespace, pod, "
                              f"container) ({change(of_namespace(f'supercargo_log_{metric}', OUT, chosen))})", OUT), "output")


LOST = total(each_node(grown(of_logs("lost_bytes_total")), f"{CHAIN}, reason"), "output")


def by_node(metric: str) -> str:
    return each_node(of_node(f"supercargo_{metric}"))


def by_output(metric: str, more: str = "") -> str:
    return each_node(rate(of_node(f"supercargo_{metric}", OUT)), f"output{more}")


def own(metric: str, change=lambda selector: selector) -> str:
    """The agent's own process: `process_*` are many programs' names."""
    return each_node(f"{change(of_node(metric))} and on (job, instance) {of_node('supercargo_build_info')}")


PENDING = each_node(of_logs("pending_bytes"), CHAIN)
OLDEST = each_node(of_logs("oldest_pending_seconds"), "output")
WRITTEN = by_rule("written_bytes:rate5m", "written_bytes_total", "sum", rate)
DELIVERED = by_rule("delivered_bytes:rate5m", "delivered_bytes_total", "sum", rate)
BACKLOG = by_rule("pending_bytes:sum", "pending_bytes", "sum")
LAG_BY_NODE = by_rule("oldest_pending_seconds:max", "oldest_pending_seconds", "max")
CPU = own("process_cpu_seconds_total", rate)

NOW = Row("Now", (
    one("Agents", "Agents that are scraped.", "short", f"count({by_node('build_info')})"),
    one("Delivered", "Bytes a second that outputs have taken.", "Bps", f"sum({flow('delivered_bytes_total')})",
        no_value="no output"),
    one("Backlog", "Bytes that wait in log files.", "bytes", f"sum({PENDING})", no_value="no output"),
    one("Lag", "Age of the oldest byte that waits.", "s", f"max({OLDEST})", colors=LAG, no_value="no output"),
    one("Lost", "Bytes that were lost by accident in the time that this page shows.", "bytes",
        or_zero(f"sum({LOST})"), colors=ANY_IS_BAD),
    one("Outputs that fail", "Outputs that wait after a failure.", "short",
        or_zero(f"sum({each_node(of_node('supercargo_output_retrying', OUT), 'output')})"), colors=ANY_IS_BAD),
    one("Ledger off by", "Bytes by which written is not delivered + pending + dropped + lost: always 0, or please "
        "report it.", "bytes", or_zero(
            f"sum(abs({each_node(of_node('supercargo_ledger_difference_bytes', OUT), 'output')}))"), colors=ANY_IS_BAD),
    one("CPU of an agent", "Cores, on average.", "short", f"avg({CPU})"),
))

LEDGER = Row("The ledger: written = delivered + pending + dropped + lost", (
    by_receiver("Written and delivered", "Bytes a second that logs grow by, and that outputs have.", "Bps",
              {"written {{output}}": total(WRITTEN, "output"), "delivered {{output}}": total(DELIVERED, "output")}),
    by_receiver("Backlog", "Bytes that wait in log files, by output.", "bytes", {"{{output}}": total(BACKLOG, "output")},
              no_value="No output is configured"),
    over_time("Lag", "Age of the oldest byte that waits: the ten agents that lag most. Above minutes: what rotates away "
              "is held only within a budget.", "s", {"{{instance}} {{output}}": worst(10, LAG_BY_NODE)}, colors=LAG,
              no_value="No output is configured"),
    by_receiver("Dropped and lost", "Bytes a second that were not delivered, by reason: dropped by a decision, lost by an "
              "accident.", "Bps", {f"{kind} {{{{output}}}} {{{{reason}}}}": total(each_node(
                  rate(of_logs(f"{kind}_bytes_total")), f"{CHAIN}, reason"), "output, reason") + " > 0"
                  for kind in ("dropped", "lost")}, no_value="Nothing is dropped or lost"),
    table("What is missing", "By container and reason, in the time that this page shows; GUARANTEES.md explains the "
          "reasons and what to do.", ("namespace", "pod", "container", "output", "reason", "what"),
          [Column("Amount", missing(f'namespace=~"$namespace", {OUT}'))], ROW_POD, links=PAGES, width=12, height=8,
          no_value="Nothing is missing"),
    by_receiver("Repeated, malformed, cut", "Lines a second that were sent again after a failure, that are not of their "
              "file's format, or that were cut.", "cps", {f"{kind} {{{{output}}}}": flow(f"{kind}_lines_total") + " > 0"
                                                          for kind in ("repeated", "malformed", "truncated")},
              no_value="None"),
))

OUTPUTS = Row("Outputs", (
    by_receiver("Requests by outcome", "Requests a second: delivered, or the reason of the failure.", "reqps",
              {"{{output}} {{outcome}}": total(by_output("output_requests_total", ", outcome"), "output, outcome")}),
    by_receiver("Sent", "Bytes a second of requests before compression, repeats included.", "Bps",
              {"{{output}}": total(by_output("output_request_bytes_total"), "output")}),
    over_time("Syncing the journals", "Share of time spent in syncing the files that hold the cursors: much where a disk "
              "is slow.", "percentunit", {
                  "{{instance}}": worst(5, each_node(rate(of_node("supercargo_journal_sync_seconds_total"))))}, width=8),
    over_time("Journals that fail", "Writes and syncs a second that failed: a restart would send lines again.", "ops", {
        "write {{instance}}": f"sum by (cluster, instance) ({by_output('journal_errors_total')}) > 0",
        "sync {{instance}}": each_node(rate(of_node("supercargo_journal_sync_errors_total"))) + " > 0"},
              width=8, no_value="None fails"),
    graph("Held back by rate limits", "Share of time in which lines waited in their file because of a limit, for the output "
          "that waited longest: near 100 %, a container always writes more than it may.", "percentunit", {
              "{{namespace}} {{pod}} {{container}}": worst(10, each_container(rate(of_logs("rate_limited_seconds_total"))))},
          PAGES, SERIES_POD, width=8, no_value="No rate limit held anything back"),
))

FILES = Row("Files", (
    over_time("Files", "Log files held open, those above the bound on open files, and directories that are watched.",
              "short", {f"{text} {{{{instance}}}}": worst(5, by_node(metric)) for text, metric in (
                  ("open", "log_open_files"), ("parked", "log_parked_files"), ("watched", "log_watches"))}, width=8),
    over_time("Deleted logs on the disk", "Disk that deleted logs take until all outputs have read them.", "bytes",
              {"{{instance}}": worst(10, by_node("log_deleted_bytes"))}, width=8),
    over_time("Trouble with finding logs", "Overflows of inotify, directories that could not be read, and files for "
              "which no descriptor was left, a second.", "ops", {
                  f"{text} {{{{instance}}}}": each_node(rate(of_node(f"supercargo_log_{metric}_total"))) + " > 0"
                  for text, metric in (("overflows", "watch_overflows"), ("errors", "scan_errors"),
                                       ("descriptors", "descriptor_shortages"))}, width=8, no_value="None"),
))

METRICS = Row("Metrics and the API server", (
    over_time("Collectors", "Time that a collector takes: the ten slowest of all agents.", "s",
              {"{{collector}} {{instance}}": worst(10, each_node(
                  of_node("supercargo_collector_duration_seconds"), "collector"))}, width=8),
    over_time("Series", "Series that agents expose.", "short", {"{{instance}}": worst(10, by_node("metrics_series"))},
              width=8),
    table("Left out", "Collectors that leave families out, and why: what the machine or the setup lacks.",
          ("collector", "reason"), [Column("Agents", "count by (collector, reason) (" + each_node(
              of_node("supercargo_collector_unavailable"), "collector, reason") + " == 1)")],
          [board("Node", "node")], links=PAGES, width=8, height=8, no_value="Nothing is left out"),
    over_time("Silence of the API server", "Time since it last told anything: the five longest. Bookmarks come about once "
              "a minute.", "s", {"{{instance}}": worst(5, by_node("kubernetes_last_event_age_seconds"))}, width=8,
              no_value="The API server is not asked"),
    over_time("Failed requests to the API server", "A second, by reason; denied: the ClusterRole is missing.", "ops", {
        "{{reason}} {{instance}}": worst(10, each_node(
            rate(of_node("supercargo_kubernetes_request_failures_total")), "reason")) + " > 0"}, width=8,
              no_value="None failed"),
    graph("Events", "Starts, exits and OOM kills that were written for the log outputs, a second.", "ops",
          {"{{event}}": total(each_node(rate(of_node("supercargo_events_total")), "event"), "event"),
           "dropped": total(each_node(rate(of_node("supercargo_events_dropped_total")))) + " > 0"},
          PAGES, TO_EVENTS, width=8, no_value="No events"),
))

COST = Row("Cost", (
    over_time("CPU", "Cores: the ten agents that use most.", "short", {"{{instance}}": worst(10, CPU)}, width=8),
    over_time("Memory", "Resident memory: the ten largest agents.", "bytes",
              {"{{instance}}": worst(10, own("process_resident_memory_bytes"))}, width=8),
    over_time("Descriptors", "Open files of what the agent may open.", "percentunit",
              {"{{instance}}": worst(10, each_node(
                  ratio(of_node("process_open_fds"), of_node("process_max_fds"))
                  + f" and on (job, instance) {of_node('supercargo_build_info')}"))}, width=8),
))

LOKI_ROW = Row("Log lines", (
    log_lines("What agents say", "Lines of containers named supercargo that are no success story.",
              logql.AGENT, [LOGS_PAGE], height=10),
))

BOARD = Board(
    name="supercargo",
    uid="supercargo-agent",
    title="Supercargo",
    description="The agents themselves: the ledger of every byte, lag, outputs, and what they cost.",
    variables=(*BASE, NAMESPACE, OUTPUT, RECORDED),
    rows=(NOW, LEDGER, OUTPUTS, FILES, METRICS, COST, LOKI_ROW),
    annotations=NODE_EVENTS,
    links=(OOPS_PAGE, FLEET_PAGE, LOGS_PAGE),
)
