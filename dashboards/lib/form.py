"""The texts that a dashboard ships as.

All are the same model, printed with one element of a list a line: panels, variables, annotations and links. The comma
stands before the second and each later one, so that whole lines can be left out and what remains is JSON. A line that
belongs to Loki names `loki_datasource`, one of Graylog names https://graylog.invalid. So helm, which has no generator
at hand, makes each variant with a regular expression.
"""
import copy
import json
import re

from .link import GRAYLOG, LOKI_MARK

_LISTS = ("annotations", "links", "templating", "panels")


def chart(model: dict) -> str:
    """With everything: for `render`, and for the chart's template that does the same."""
    lines = []
    for key, value in model.items():
        comma = "," if lines else ""
        if key in _LISTS:
            lines.append(f"{comma}{_quoted(key)}:{_open(key)}\n" + _elements(value, key) + f"\n{_close(key)}")
        else:
            lines.append(f"{comma}{_quoted(key)}:{_quoted(value)}")
    return "{\n" + "\n".join(lines) + "\n}\n"


def render(text: str, loki: bool = True, graylog_url: str = "") -> str:
    """What the chart does with `dashboards.loki` and `dashboards.graylogUrl`."""
    if not loki:
        text = _without(text, LOKI_MARK)
    if graylog_url:
        return text.replace(GRAYLOG, graylog_url.rstrip("/"))
    return _without(text, re.escape(GRAYLOG))


def export(model: dict) -> str:
    """For grafana.com: data sources are asked for on import, and the owner may edit it."""
    made = copy.deepcopy(json.loads(render(chart(model))))
    kinds = ["loki"] if made["uid"] == "supercargo-logs" else []
    inputs = [_input(kind) for kind in ["prometheus", *kinds]]
    for variable in made["templating"]["list"]:
        if variable["type"] == "datasource" and variable["query"] in ("prometheus", *kinds):
            name = f"${{DS_{variable['query'].upper()}}}"
            variable["current"] = {"selected": False, "text": name, "value": name}
    head = {"__inputs": inputs, "__elements": {}, "__requires": _requires(made), "id": None}
    return chart({**head, **made, "editable": True})


def _elements(value, key: str) -> str:
    found = value["list"] if key in ("annotations", "templating") else value
    return "\n,".join(_panel(one) if key == "panels" else _quoted(one) for one in found)


def _panel(panel: dict) -> str:
    """One line; its links, and those of its series or cells, have a line each. A panel of Loki goes or stays whole."""
    text = _quoted(panel)
    if LOKI_MARK in json.dumps(panel.get("datasource", {})):
        return text
    return re.sub(r'"links":\[(\{.*?\})\]', _link_lines, text)


def _link_lines(found: re.Match) -> str:
    return '"links":[\n' + found.group(1).replace('},{"title"', '}\n,{"title"') + "\n]"


def _open(key: str) -> str:
    return '{"list":[' if key in ("annotations", "templating") else "["


def _close(key: str) -> str:
    return "]}" if key in ("annotations", "templating") else "]"


def _quoted(value) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _without(text: str, mark: str) -> str:
    return re.sub(rf"(?m)^,.*{mark}.*\n", "", text)


def _input(kind: str) -> dict:
    plugin = {"type": "datasource", "pluginId": kind, "pluginName": kind.title()}
    return {"name": f"DS_{kind.upper()}", "label": f"{kind.title()} data source", "description": "", **plugin}


def _requires(model: dict) -> list[dict]:
    panels = sorted({panel["type"] for panel in model["panels"]} - {"row"})
    sources = sorted({one["query"] for one in model["templating"]["list"] if one["type"] == "datasource"})
    made = [{"type": "grafana", "id": "grafana", "name": "Grafana", "version": "10.4.0"}]
    made += [{"type": "datasource", "id": kind, "name": kind.title(), "version": "1.0.0"} for kind in sources]
    return made + [{"type": "panel", "id": kind, "name": kind, "version": ""} for kind in panels]
