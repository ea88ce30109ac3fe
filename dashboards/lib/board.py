"""A dashboard: rows of panels that flow from left to right, variables, annotations and links."""
import dataclasses

from . import link
from .panel import LOKI, Panel
from .variable import Variable

# Grafana 12.
SCHEMA_VERSION = 42
COLUMNS = 24


@dataclasses.dataclass(frozen=True)
class Row:
    title: str
    panels: tuple[Panel, ...]

    @property
    def needs_loki(self) -> bool:
        return any(panel.source is LOKI for panel in self.panels)


@dataclasses.dataclass(frozen=True)
class Annotation:
    """Events that Prometheus knows, drawn over all graphs."""

    name: str
    expr: str
    title: str
    text: str
    color: str
    enabled: bool = True

    def json(self) -> dict:
        return {
            "name": self.name,
            "datasource": {"type": "prometheus", "uid": "${prometheus_datasource}"},
            "enable": self.enabled,
            "hide": False,
            "iconColor": self.color,
            "expr": self.expr,
            "step": "60s",
            "titleFormat": self.title,
            "textFormat": self.text,
            "useValueForTime": False,
        }


@dataclasses.dataclass(frozen=True)
class Board:
    name: str
    uid: str
    title: str
    description: str
    variables: tuple[Variable, ...]
    rows: tuple[Row, ...]
    annotations: tuple[Annotation, ...] = ()
    links: tuple[link.Link, ...] = ()
    refresh: str = "30s"
    span: str = "now-1h"

    def json(self) -> dict:
        return {
            "uid": self.uid,
            "title": f"Supercargo / {self.title}",
            "description": self.description,
            "tags": ["supercargo"],
            "schemaVersion": SCHEMA_VERSION,
            "version": 1,
            "editable": False,
            "graphTooltip": 1,
            "refresh": self.refresh,
            "timezone": "browser",
            "time": {"from": self.span, "to": "now"},
            "timepicker": {},
            "fiscalYearStartMonth": 0,
            "liveNow": False,
            "weekStart": "",
            "annotations": {"list": [_ALERTS] + [annotation.json() for annotation in self.annotations]},
            "links": [_PAGES] + [_plain(one) for one in self.links],
            "templating": {"list": [variable.json() for variable in self.variables]},
            "panels": place(self.rows),
        }


_ALERTS = {
    "name": "Annotations & Alerts",
    "builtIn": 1,
    "datasource": {"type": "grafana", "uid": "-- Grafana --"},
    "enable": True,
    "hide": True,
    "iconColor": "rgba(0, 211, 255, 1)",
    "type": "dashboard",
}

_LINK = {"asDropdown": False, "icon": "external link", "includeVars": False, "keepTime": False, "tags": []}

_PAGES = {
    **_LINK,
    "title": "Supercargo",
    "tooltip": "The other pages, for the same cluster and time",
    "type": "dashboards",
    "tags": ["supercargo"],
    "asDropdown": True,
    "includeVars": True,
    "keepTime": True,
    "targetBlank": False,
    "url": "",
}


def _plain(one: link.Link) -> dict:
    return {**_LINK, "title": one.title, "tooltip": "", "type": "link", "targetBlank": False, "url": one.url}


def place(rows: tuple[Row, ...]) -> list[dict]:
    """Panels with their ids and places: as many beside each other as fit, then the next line."""
    made: list[dict] = []
    y = 0
    for row in rows:
        made.append(_row(row, len(made) + 1, y))
        x, y, line = 0, y + 1, 0
        for panel in row.panels:
            if x + panel.width > COLUMNS:
                x, y, line = 0, y + line, 0
            made.append(panel.json(len(made) + 1, x, y))
            x, line = x + panel.width, max(line, panel.height)
        y += line
    return made


def _row(row: Row, number: int, y: int) -> dict:
    source = {"datasource": LOKI} if row.needs_loki else {}
    grid = {"h": 1, "w": COLUMNS, "x": 0, "y": y}
    return {"id": number, "type": "row", "title": row.title, **source, "collapsed": False, "gridPos": grid, "panels": []}
