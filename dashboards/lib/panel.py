"""Panels: each has a title, a description, a unit and a link onwards, or it cannot be made."""
import dataclasses
import re

from .link import LOKI_MARK, Link

PROMETHEUS = {"type": "prometheus", "uid": "${prometheus_datasource}"}
LOKI = {"type": "loki", "uid": f"${{{LOKI_MARK}}}"}
GREEN, YELLOW, RED = "green", "yellow", "red"
# Of a value that is not there: neither good nor bad.
GREY = "#6e7077"


def without_value(text: str, color: str) -> list[dict]:
    """Mappings: by thresholds, what is not there would have the colour of a good value."""
    return [{"type": "special", "options": {"match": "null", "result": {"text": text, "color": color, "index": 0}}}]



@dataclasses.dataclass(frozen=True)
class Query:
    expr: str
    legend: str = ""


@dataclasses.dataclass(frozen=True)
class Panel:
    """What all kinds share; `model` is what a kind adds to the JSON."""

    kind: str
    title: str
    description: str
    unit: str
    queries: tuple[Query, ...]
    links: tuple[Link, ...]
    data_links: tuple[Link, ...]
    width: int
    height: int
    source: dict
    no_value: str
    defaults: dict
    options: dict
    overrides: tuple[dict, ...] = ()
    transformations: tuple[dict, ...] = ()
    instant: bool = False
    points: int | None = None

    def json(self, number: int, x: int, y: int) -> dict:
        defaults = {"unit": self.unit, "noValue": self.no_value, **self.defaults}
        if self.data_links:
            defaults["links"] = [link.json() for link in self.data_links]
        made = {
            "id": number,
            "type": self.kind,
            "title": self.title,
            "description": self.description,
            "datasource": self.source,
            "gridPos": {"h": self.height, "w": self.width, "x": x, "y": y},
            "links": [link.json() for link in self.links],
            "fieldConfig": {"defaults": defaults, "overrides": list(self.overrides)},
            "options": self.options,
            "targets": [self._target(i, query) for i, query in enumerate(self.queries)],
            "transformations": list(self.transformations),
        }
        return made if self.points is None else {**made, "maxDataPoints": self.points}

    def _target(self, place: int, query: Query) -> dict:
        made = {"refId": ref(place), "datasource": self.source, "expr": query.expr}
        if self.source is LOKI:
            made |= {"queryType": "instant" if self.instant else "range"}
            return made | ({"legendFormat": query.legend} if query.legend else {})
        made |= {"range": not self.instant, "instant": self.instant, "exemplar": False}
        if self.kind == "table":
            return made | {"format": "table"}
        return made | {"format": "time_series", "legendFormat": query.legend}


def ref(place: int) -> str:
    return chr(ord("A") + place)


def steps(*bounds: tuple[float, str], base: str = GREEN) -> dict:
    """Colours from bounds on, `base` below the first, and where there is no value."""
    made = [{"color": base, "value": None}] + [{"color": color, "value": value} for value, color in bounds]
    return {"thresholds": {"mode": "absolute", "steps": made}}


FILL = steps((0.8, YELLOW), (0.9, RED))
STALL = steps((0.1, YELLOW), (0.25, RED))
LAG = steps((60, YELLOW), (300, RED))
ANY_IS_BAD = steps((0.000001, RED))
NONE_IS_BAD = steps((1, GREEN), base=RED)
SOON = steps((3600, YELLOW), base=RED)
PLAIN = steps()


def stat(
    title: str,
    description: str,
    unit: str,
    expr: str,
    links: list[Link],
    colors: dict = PLAIN,
    width: int = 3,
    height: int = 4,
    no_value: str = "unknown",
    source: dict = PROMETHEUS,
    missing: str = GREY,
) -> Panel:
    """One number, now or for the time that the page shows; `missing` is its colour without a value."""
    return Panel(
        kind="stat",
        title=title,
        description=description,
        unit=unit,
        queries=(Query(expr),),
        links=tuple(links),
        data_links=(),
        width=width,
        height=height,
        source=source,
        no_value=no_value,
        defaults={"color": {"mode": "thresholds"}, "mappings": without_value(no_value, missing), **colors},
        options={
            "colorMode": "none" if colors is PLAIN else "background",
            "graphMode": "none",
            "justifyMode": "auto",
            "orientation": "auto",
            "textMode": "value",
            "wideLayout": True,
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        },
        instant=True,
    )


def bound_override(name: str, color: str = RED) -> dict:
    style = {"fill": "dash", "dash": [8, 6]}
    return {
        "matcher": {"id": "byRegexp", "options": f"/^{re.escape(name)} /"},
        "properties": [
            {"id": "custom.lineStyle", "value": style},
            {"id": "custom.fillOpacity", "value": 0},
            {"id": "custom.stacking", "value": {"mode": "none", "group": "A"}},
            {"id": "color", "value": {"mode": "fixed", "fixedColor": color}},
        ],
    }


def graph(
    title: str,
    description: str,
    unit: str,
    series: dict[str, str],
    links: list[Link],
    data_links: list[Link] | tuple = (),
    bounds: dict[str, str] | None = None,
    width: int = 12,
    height: int = 8,
    stacked: bool = False,
    bars: bool = False,
    no_value: str = "Nothing here in this time",
    colors: dict = PLAIN,
    maximum: float | None = None,
    source: dict = PROMETHEUS,
    calcs: tuple[str, ...] = ("max", "lastNotNull"),
    overrides: tuple[dict, ...] = (),
    points: int | None = None,
) -> Panel:
    """`series` over time by their legends, the largest first; `bounds` are drawn dashed, without area. `points`: how many
    at most, where each asks all containers or nodes of a fleet; by default as many as the screen has."""
    bounds = bounds or {}
    custom = {
        "drawStyle": "bars" if bars else "line",
        "lineWidth": 1,
        "fillOpacity": 60 if bars else 20 if stacked else 6,
        "gradientMode": "none",
        "showPoints": "never",
        "spanNulls": False,
        "stacking": {"mode": "normal" if stacked else "none", "group": "A"},
        "thresholdsStyle": {"mode": "off" if colors is PLAIN else "dashed"},
        "hideFrom": {"legend": False, "tooltip": False, "viz": False},
    }
    defaults = {"min": 0, "color": {"mode": "palette-classic"}, "custom": custom, **colors}
    dashed = tuple(bound_override(legend.split(" {{")[0]) for legend in bounds)
    return Panel(
        kind="timeseries",
        title=title,
        description=description,
        unit=unit,
        queries=tuple(Query(expr, legend) for legend, expr in {**series, **bounds}.items()),
        links=tuple(links),
        data_links=tuple(data_links),
        width=width,
        height=height,
        source=source,
        no_value=no_value,
        defaults=defaults if maximum is None else {**defaults, "max": maximum},
        options={
            "legend": {
                "displayMode": "table",
                "placement": "bottom",
                "showLegend": True,
                "calcs": list(calcs),
                "sortBy": "Max",
                "sortDesc": True,
            },
            "tooltip": {"mode": "multi", "sort": "desc"},
        },
        overrides=dashed + overrides,
        points=points,
    )


def log_lines(title: str, description: str, expr: str, links: list[Link], height: int = 16) -> Panel:
    """Lines of logs, the newest first."""
    return Panel(
        kind="logs",
        title=title,
        description=description,
        unit="short",
        queries=(Query(expr),),
        links=tuple(links),
        data_links=(),
        width=24,
        height=height,
        source=LOKI,
        no_value="No line in this time",
        defaults={},
        options={
            "dedupStrategy": "none",
            "enableLogDetails": True,
            "prettifyLogMessage": False,
            "showCommonLabels": False,
            "showLabels": False,
            "showTime": True,
            "sortOrder": "Descending",
            "wrapLogMessage": True,
        },
    )
