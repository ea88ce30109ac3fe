#!/usr/bin/env python3
"""Checks the dashboards: that the files are what the generator writes, and that each form of them works.

usage: check_dashboards.py REPOSITORY

In each form (for provisioning, for grafana.com, and what the chart makes of its own with and without Loki and Graylog):
the linter's rules, the layout, a link on each panel that leads somewhere, metrics that METRICS.md has, PromQL (with
promtool on the PATH), and LogQL over labels that the agent sends.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import linter_rules
from dashboard_forms import forms, of_variant
from linter_rules import panels, selectors, targets, variables

METRIC = re.compile(r"(?<![\w:])(?:node|container|machine|process|supercargo)_\w+")
# Of Prometheus itself, for each target.
PROMETHEUS_OWN = {"up"}
# Loki labels of the agent by default, `source` of its events, and labels that the configuration can add.
LOKI_LABELS = {"namespace", "pod", "container", "node", "stream", "source", "cluster", "environment"}
# What Loki adds to each line by itself.
LOKI_OWN = {"detected_level"}
NO_URL = "graylog.invalid"
# Each page chooses by these, and links hand them on.
CARRIED = {"prometheus_datasource", "cluster", "environment"}
CHOOSERS = CARRIED | {"job", "instance", "namespace"}


def known_metrics(root):
    """Those of the agent, and what the rules record."""
    recorded = (re.findall(r"record: ([\w:]+)", path.read_text()) for path in (root / "dashboards/rules").glob("*.yaml"))
    return set(re.findall(r"^\| `(\w+)`", (root / "METRICS.md").read_text(), re.M)).union(*recorded)


def metrics_in(expr):
    return set(METRIC.findall(_bare(expr)))


def layout(board):
    cells, ids = set(), [panel["id"] for panel in board["panels"]]
    if len(ids) != len(set(ids)):
        yield "panel ids are not unique"
    for panel in board["panels"]:
        grid = panel["gridPos"]
        mine = {(x, y) for x in range(grid["x"], grid["x"] + grid["w"]) for y in range(grid["y"], grid["y"] + grid["h"])}
        if mine & cells or grid["x"] + grid["w"] > 24:
            yield f"{panel['title']}: covers another, or wider than the page"
        cells |= mine


def head(board):
    if board["schemaVersion"] < 42 or not re.fullmatch(r"[a-z-]{1,40}", board["uid"]) or board.get("id"):
        yield "schemaVersion, uid or id"
    if board["tags"] != ["supercargo"] or not board["description"]:
        yield "tags or description"
    if missing := CHOOSERS - {one["name"] for one in variables(board)}:
        yield f"no variable {missing}"
    for one in variables(board):
        if one["name"] in ("cluster", "environment") and one["allValue"] != ".*":
            yield f"variable {one['name']} would not match an absent label"


def links_of(board):
    for panel in panels(board):
        found = panel["links"] + panel["fieldConfig"]["defaults"].get("links", [])
        yield panel["title"], [link["url"] for link in found]
    yield "dashboard", [link["url"] for link in board["links"] if link["type"] == "link"]


def links(board, takers):
    """`takers`: the variables of each dashboard, by its uid."""
    names = {one["name"] for one in variables(board)}
    for title, urls in links_of(board):
        if not urls:
            yield f"{title}: no link onwards"
        for url in urls:
            if url.startswith("/d/"):
                uid, _, query = url[3:].partition("?")
                if uid not in takers:
                    yield f"{title}: a link to nowhere: {url}"
                elif set(re.findall(r"(?:\bvar-(?=\w+=)|\$\{(?=\w+:queryparam))(\w+)", query)) - takers[uid]:
                    yield f"{title}: a link that sets what {uid} has not: {url}"
                if "=${" in query and (bare := names & set(re.findall(r"=\$\{(\w+)\}", query))):
                    yield f"{title}: a link that makes one text of all values of {bare}"
                if missing := {f"${{{name}:queryparam}}" for name in CARRIED} - set(query.split("&")):
                    yield f"{title}: a link that forgets {missing}"
            if NO_URL in url:
                yield f"{title}: a link to a Graylog that is none"
            used = {braced or plain for braced, plain in linter_rules.VARIABLES.findall(url)}
            if unknown := {name for name in used if not name.startswith("__")} - names:
                yield f"{title}: a link with unknown variables {unknown}"


def no_value_is_not_good(board):
    """Nothing found must not have the colour of the first threshold, which is that of a good value."""
    for panel in panels(board):
        defaults = panel["fieldConfig"]["defaults"]
        told = [one["options"]["result"] for one in defaults.get("mappings", []) if one["options"]["match"] == "null"]
        if panel["type"] == "table" and "noValue" not in json.dumps(panel["fieldConfig"]["overrides"]):
            yield f"{panel['title']}: empty cells would say {defaults.get('noValue')}"
        if panel["type"] == "stat" and [one["text"] for one in told if one["color"] != "green"] != [defaults.get("noValue")]:
            yield f"{panel['title']}: no value would look like a good one"


def labels_in(expr):
    """Those that a query may keep or add."""
    kept = {name.strip() for names in re.findall(r"(?:by|group_left) \(([^)]*)\)", expr) for name in names.split(",")}
    return kept | set(re.findall(r'"(\w+)", "[^"]*", "", ""\)', expr))


def fields(board):
    """Each query has the cells that the links of a table take, and at least one has each other column."""
    for panel in panels(board):
        if panel["type"] != "table":
            continue
        text = json.dumps(panel["fieldConfig"]["defaults"].get("links", []))
        taken = set(re.findall(r"__data\.fields\.(\w+)", text))
        columns = {name for name in panel["transformations"][1]["options"]["indexByName"] if not name.startswith("Value")}
        if taken - columns:
            yield f"{panel['title']}: links take {taken - columns}, which are no columns"
        found = [labels_in(target["expr"]) for target in panel["targets"]]
        if missing := columns - set().union(*found) | taken - set.intersection(*found):
            yield f"{panel['title']}: no query has {missing}"


def metrics(board, known):
    exprs = [target["expr"] for _, target in targets(board, "prometheus")]
    exprs += [one["expr"] for one in board["annotations"]["list"] if "expr" in one]
    exprs += [one["query"]["query"] for one in variables(board, "query")]
    for expr in exprs:
        names = {name for name, _ in selectors(expr) if name} | metrics_in(expr)
        for _, matchers in selectors(expr):
            names |= set(METRIC.findall(matchers.get("__name__", ("", ""))[1]))
        yield from (f"{name} is not in METRICS.md" for name in sorted(names - known - PROMETHEUS_OWN))


def logql(board):
    typed = {one["name"] for one in variables(board, "textbox")}
    for panel, target in targets(board, "loki"):
        taken = {braced or plain for braced, plain in linter_rules.VARIABLES.findall(re.sub(r"`[^`]*`", "", target["expr"]))}
        if taken & typed or typed & set(re.findall(r"\$(\w+)", target["expr"])):
            yield f"{panel['title']}: what is typed stands raw between backquotes, or Loki takes its backslashes for escapes"
        used = {name for _, found in selectors(target["expr"]) for name in found}
        for names in re.findall(r"by \(([^)]*)\)", target["expr"]):
            used |= {name.strip() for name in names.split(",")}
        used |= set(re.findall(r"\| (\w+)(?:=~|!~|!=|=)", target["expr"]))
        if unknown := used - LOKI_LABELS - LOKI_OWN:
            yield f"{panel['title']}: the agent sends no label {unknown}"


def _bare(expr):
    """Without texts and lists of labels."""
    return re.sub(r'"(?:[^"\\]|\\.)*"|\b(?:by|on|group_left) \([^)]*\)', "", expr)


def takers_of(boards):
    return {board["uid"]: {one["name"] for one in variables(board)} for board in boards}


def problems_of(board, takers, known):
    checks = [linter_rules.problems(board), layout(board), head(board), links(board, takers), fields(board),
              no_value_is_not_good(board)]
    for check in [*checks, metrics(board, known), logql(board)]:
        yield from check


def promql(board):
    """All PromQL, with the variables filled in."""
    exprs = [target["expr"] for _, target in targets(board, "prometheus")]
    exprs += [one["expr"] for one in board["annotations"]["list"] if "expr" in one]
    exprs += [one["query"]["query"][len("label_values(") :].rsplit(",", 1)[0] for one in variables(board, "query")
              if "{" in one["query"]["query"]]
    for expr in exprs:
        expr = expr.replace("$__rate_interval", "5m").replace("$__range", "1h")
        yield re.sub(r"\$[a-z]\w*", ".+", expr)


def check_promql(boards):
    promtool = shutil.which("promtool")
    if not promtool:
        return
    exprs = sorted({expr for board in boards for expr in promql(board)})
    rules = [{"record": f"panel:{i}", "expr": expr} for i, expr in enumerate(exprs)]
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        json.dump({"groups": [{"name": "dashboards", "rules": rules}]}, file)
        file.flush()
        result = subprocess.run([promtool, "check", "rules", file.name], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        yield "promtool: " + (result.stdout + result.stderr).strip()


def export_problems(path):
    board = json.loads(path.read_text())
    names = {one["name"] for one in board["__inputs"]}
    if "DS_PROMETHEUS" not in names or board["id"] is not None or not board["__requires"]:
        yield "__inputs, __requires or id"
    current = {one["current"].get("value") for one in variables(board, "datasource")} - {None}
    if current != {f"${{{name}}}" for name in names}:
        yield "inputs that no variable takes"


def all_problems(root):
    known = known_metrics(root)
    result = subprocess.run([sys.executable, "-B", root / "dashboards" / "generate.py", "--check"],
                            capture_output=True, text=True, check=False)
    yield from (result.stdout + result.stderr).splitlines()
    boards = []
    for name, texts in forms(root):
        made = {key: json.loads(text) for key, text in texts.items()}
        takers = takers_of(made.values())
        yield from (f"{name}: {problem}" for problem in of_variant(name, texts))
        if len(takers) != len(made):
            yield f"{name}: two dashboards have the same uid"
        for key, board in made.items():
            yield from (f"{name}: {key}: {problem}" for problem in problems_of(board, takers, known))
        boards += made.values()
    yield from check_promql(boards)
    for path in sorted((root / "dashboards" / "grafana.com").glob("*.json")):
        yield from (f"grafana.com: {path.stem}: {problem}" for problem in export_problems(path))


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    problems = list(all_problems(root))
    print("\n".join(problems))
    files = sorted((root / "dashboards").glob("*.json"))
    count = sum(len(panels(json.loads(path.read_text()))) for path in files)
    print(f"{len(files)} dashboards, {count} panels, {len(problems)} problems")
    return 1 if problems or not files else 0


if __name__ == "__main__":
    sys.exit(main())
