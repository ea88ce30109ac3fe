"""Logs in Loki: how much of what level, who says most, and what was said."""
import functools

from lib import logql
from lib.board import Board, Row
from lib.containers import logs_of, missing
from lib.link import SERIES_POD, board
from lib.panel import ANY_IS_BAD, LAG, LOKI, RED, YELLOW, graph, log_lines, stat, steps
from lib.query import of_pod, or_zero
from lib.shared import SOME_PODS_EVENTS, volume
from lib.variable import BASE, CONTAINERS, NAMESPACE, PODS, Fixed, Text

POD_PAGE = board("Pod", "pod", namespace="${namespace}", pod="${pod}")
OOPS_PAGE = board("Oops", "oops", namespace="${namespace}")
LEDGER_PAGE = board("What became of these logs", "agent", namespace="${namespace}")
PAGES = [POD_PAGE, OOPS_PAGE]
FOUND = f"{logql.SEARCH} {logql.LEVEL}"
NAME = "{{namespace}} {{pod}} {{container}}"
BY = "namespace, pod, container"
CHOSEN = 'namespace=~"$namespace", pod=~"$pod"'

MANY_ERRORS = steps((0.05, YELLOW), (0.2, RED))

one = functools.partial(stat, links=PAGES, source=LOKI, no_value="no lines")
over_time = functools.partial(graph, links=PAGES, data_links=SERIES_POD[:1], source=LOKI, height=7)

NOW = Row("Now", (
    one("Lines a second", "Of the chosen logs, with the chosen level and text.", "cps", logql.line_rate(FOUND), width=4),
    one("Errors a second", "Lines of level error and above of the chosen logs.", "cps",
        logql.error_rate(logql.SEARCH), width=4),
    one("Errors", "Share of lines of level error and above.", "percentunit",
        f"{logql.error_rate(logql.SEARCH)} / {logql.line_rate(logql.SEARCH)}", colors=MANY_ERRORS, width=4),
    stat("Oldest line that is not here yet", "Age of the oldest byte of these logs that no output has yet. What is "
         "younger may still come.", "s", f"max({of_pod('supercargo_log_oldest_pending_seconds')})", [LEDGER_PAGE],
         colors=LAG, width=6, no_value="unknown"),
    stat("Logs that lack something", "Logs of which something was dropped or lost in the time that this page shows.",
         "short", or_zero(f"count({logs_of(missing(CHOSEN))})"), [LEDGER_PAGE], colors=ANY_IS_BAD, width=6),
))

VOLUME = Row("How much", (
    volume("Lines by level", logql.SEARCH, PAGES, stages=logql.LEVEL),
    over_time("Errors", "Lines a second of level error and above: the ten containers with most.", "cps",
              {NAME: f"topk(10, {logql.line_rate(logql.SEARCH, BY, logql.ERRORS)})"}, no_value="No errors"),
    over_time("Share of errors", "Share of lines of level error and above, by container.", "percentunit",
              {NAME: f"topk(10, {logql.line_rate(logql.SEARCH, BY, logql.ERRORS)} / {logql.line_rate(logql.SEARCH, BY)})"},
              no_value="No errors"),
))

TALKERS = Row("Who says most", (
    over_time("Top talkers", "Bytes a second of the ten containers that write most.", "Bps",
              {NAME: f"topk(10, {logql.byte_rate(FOUND, BY)})"}),
    over_time("Lines a second", "Lines a second of the ten containers that write most.", "cps",
              {NAME: f"topk(10, {logql.line_rate(FOUND, BY)})"}),
))

LINES = Row("Lines", (
    log_lines("Lines", "With the chosen level and text, the newest first.", FOUND, PAGES, height=22),
    log_lines("Events", "Starts, exits and OOM kills of the chosen containers, as the agents saw them.",
              logql.EVENTS + ' | json | line_format "{{.event}} {{.namespace}}/{{.pod}} {{.container}}: {{.message}}"',
              PAGES, height=7),
))

LEVELS = Fixed("level", "Level", "Levels to show, as Loki found them.", (
    ("all", ".*"), ("errors", "error|critical|fatal"), ("warnings and errors", "warn|warning|error|critical|fatal"),
    ("all but debug", "info|warn|warning|error|critical|fatal|unknown")))
STREAMS = Fixed("stream", "Stream", "What programs wrote to.", (("both", ".*"), ("stdout", "stdout"), ("stderr", "stderr")))
NODE = Text("node", "Node", "A regular expression of the name that nodes have in logs.", ".*")
SEARCH = Text("search", "Search", "A regular expression; upper and lower case are the same.")

BOARD = Board(
    name="logs",
    uid="supercargo-logs",
    title="Logs",
    description="What is written: volume by level, error rate, who writes most, and a search. Needs Loki.",
    variables=(*BASE, NAMESPACE, PODS, CONTAINERS, NODE, STREAMS, LEVELS, SEARCH),
    rows=(NOW, VOLUME, TALKERS, LINES),
    annotations=SOME_PODS_EVENTS,
    links=(POD_PAGE, OOPS_PAGE, LEDGER_PAGE),
)
