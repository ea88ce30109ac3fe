"""What several pages show: events over the graphs, volume by level."""
from . import logql
from .board import Annotation
from .link import Link
from .panel import LOKI, Panel, graph
from .query import RATE, each_node, each_pod, of_namespace, of_node, of_pod

_POD_TITLE = "{{namespace}}/{{pod}} {{container}}"

_LEVEL_COLORS = {
    "critical": "dark-purple",
    "fatal": "dark-purple",
    "error": "red",
    "warn": "orange",
    "warning": "orange",
    "info": "green",
    "debug": "blue",
    "trace": "light-blue",
    "unknown": "text",
}


def _growth(selector: str) -> str:
    return f"increase({selector}{RATE})"


def _starts_and_kills(of, starts_shown: bool) -> tuple[Annotation, ...]:
    kills = each_pod(_growth(of("supercargo_container_oom_kills_total")), "container")
    starts = each_pod(_growth(of("supercargo_container_starts_total")), "container")
    killed = f"The kernel killed a process for want of memory: {_POD_TITLE}"
    return (
        Annotation("OOM kills", f"{kills} > 0", "OOM kill", killed, "red"),
        Annotation("Container starts", f"{starts} > 0", "Container started", f"Started: {_POD_TITLE}", "blue",
                   starts_shown),
    )


POD_EVENTS = _starts_and_kills(of_pod, True)
# Of all pods, something starts all the time: one may switch it on.
NAMESPACE_EVENTS = _starts_and_kills(of_namespace, False)
SOME_PODS_EVENTS = _starts_and_kills(of_pod, False)

NODE_EVENTS = (
    Annotation(
        "OOM kills",
        each_node(_growth(of_node("node_vmstat_oom_kill"))) + " > 0",
        "OOM kill",
        "The kernel killed a process for want of memory: {{instance}}",
        "red",
    ),
    Annotation(
        "Boots",
        each_node(f"changes({of_node('node_boot_time_seconds')}{RATE})") + " > 0",
        "Boot",
        "The node booted: {{instance}}",
        "purple",
    ),
    Annotation(
        "Agent starts",
        each_node(
            f"changes({of_node('process_start_time_seconds')}{RATE})"
            f" and on (job, instance) {of_node('supercargo_build_info')}"
        )
        + " > 0",
        "Agent started",
        "Supercargo started anew: {{instance}}",
        "blue",
    ),
)


def volume(title: str, stream: str, links: list[Link], width: int = 24, stages: str = "", height: int = 7) -> Panel:
    """Lines by level, coloured as people expect."""
    return graph(
        title,
        "Lines in each step by the level that Loki found in them (Loki 3 and later; else all are of no level).",
        "short",
        {"{{detected_level}}": logql.count(stream, "detected_level", stages)},
        links=links,
        width=width,
        height=height,
        stacked=True,
        bars=True,
        source=LOKI,
        no_value="No line in this time",
        calcs=("sum",),
        overrides=tuple(_color(level, color) for level, color in _LEVEL_COLORS.items()),
    )


def _color(level: str, color: str) -> dict:
    return {
        "matcher": {"id": "byName", "options": level},
        "properties": [{"id": "color", "value": {"mode": "fixed", "fixedColor": color}}],
    }
