#!/usr/bin/env python3
"""Checks dashboards/*.json: what Grafana needs, what a reader needs, and that every metric exists.

usage: check_dashboards.py DIRECTORY [--agent SUPERCARGO]

With --agent, the metrics that the queries use must be in what `supercargo metrics` prints. With promtool on the PATH,
every query must be PromQL.
"""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

METRIC = re.compile(r"\b(?:node|container|machine|process|supercargo)_\w+")
# How often series are there may be counted; what they count may not be shown without its rate.
COUNTER_FUNCTIONS = re.compile(r"\b(?:rate|irate|increase|count(?: by \([\w, ]*\) )?)\(\s*$")


def panels_of(board):
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def queries_of(board):
    for panel in panels_of(board):
        for target in panel["targets"]:
            yield panel, target["expr"]


def metrics_in(query):
    return set(METRIC.findall(re.sub(r'"[^"]*"', '""', query)))


def counters_without_rate(query):
    bare = re.sub(r'"[^"]*"', '""', query)
    for found in METRIC.finditer(bare):
        if found.group().endswith("_total") and not COUNTER_FUNCTIONS.search(bare[: found.start()]):
            yield found.group()


def check_board(board):
    variables = {variable["name"]: variable for variable in board["templating"]["list"]}
    if board["schemaVersion"] < 39 or board["editable"] or not re.fullmatch(r"[a-z-]{1,40}", board["uid"]):
        yield "schemaVersion, editable or uid"
    for name in ("datasource", "job", "instance"):
        if name not in variables:
            yield f"no variable {name}"
    for name, variable in variables.items():
        if variable["type"] == "query" and (variable["refresh"] != 2 or "${datasource}" not in str(variable)):
            yield f"variable {name}: not refreshed with the time range, or of another data source"
    ids = [panel["id"] for panel in board["panels"]]
    if len(ids) != len(set(ids)):
        yield "panel ids are not unique"


def check_panel(panel, variables):
    defaults = panel["fieldConfig"]["defaults"]
    if not panel["title"] or len(panel["description"]) < 10:
        yield "no title or description"
    if "unit" not in defaults or "noValue" not in defaults:
        yield "no unit or noValue"
    if panel["datasource"]["uid"] != "${datasource}":
        yield "data source is not the variable"
    grid = panel["gridPos"]
    if grid["x"] + grid["w"] > 24:
        yield "wider than the page"
    for target in panel["targets"]:
        query = target["expr"]
        for name in re.findall(r"\$(?!__)\{?(\w+)", query):
            if name not in variables:
                yield f"unknown variable {name}"
        if re.search(r"\[(?!\$__(?:rate_interval|range)\])", query):
            yield "a fixed interval"
        for counter in counters_without_rate(query):
            yield f"{counter} without rate or increase"


def overlaps(panels):
    cells = set()
    for panel in panels:
        grid = panel["gridPos"]
        for x in range(grid["x"], grid["x"] + grid["w"]):
            for y in range(grid["y"], grid["y"] + grid["h"]):
                if (x, y) in cells:
                    yield f"panel {panel['id']} covers another"
                    return
                cells.add((x, y))


def check_promql(boards, promtool):
    rules = []
    for name, board in boards.items():
        for panel, query in queries_of(board):
            query = query.replace("$__rate_interval", "5m").replace("$__range", "1h")
            record = re.sub(r"\W", "_", f"{name}:{panel['id']}:{len(rules)}")
            rules.append({"record": record, "expr": re.sub(r"\$\w+", ".+", query)})
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        json.dump({"groups": [{"name": "dashboards", "rules": rules}]}, file)
        file.flush()
        result = subprocess.run([promtool, "check", "rules", file.name], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        yield "promtool: " + (result.stdout + result.stderr).strip()


def problems_of(boards, agent):
    for name, board in boards.items():
        variables = {variable["name"] for variable in board["templating"]["list"]}
        found = list(check_board(board)) + list(overlaps(board["panels"]))
        for panel in panels_of(board):
            found += [f"{panel['title']}: {problem}" for problem in check_panel(panel, variables)]
        yield from (f"{name}: {problem}" for problem in found)
    uids = [board["uid"] for board in boards.values()]
    if len(uids) != len(set(uids)):
        yield "two dashboards have the same uid"
    if promtool := shutil.which("promtool"):
        yield from check_promql(boards, promtool)
    if agent:
        reference = subprocess.run([agent, "metrics"], capture_output=True, text=True, check=True).stdout
        known = set(METRIC.findall(reference))
        for name, board in boards.items():
            asked = [variable.get("definition", "") for variable in board["templating"]["list"]]
            asked += [query for _, query in queries_of(board)]
            for metric in sorted(set().union(*map(metrics_in, asked)) - known):
                yield f"{name}: {metric} is no metric of the agent"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--agent")
    arguments = parser.parse_args()
    boards = {path.name: json.loads(path.read_text()) for path in sorted(arguments.directory.glob("*.json"))}
    problems = list(problems_of(boards, arguments.agent))
    print("\n".join(problems))
    panels = sum(len(panels_of(board)) for board in boards.values())
    print(f"{len(boards)} dashboards, {panels} panels, {len(problems)} problems")
    return 1 if problems or not boards else 0


if __name__ == "__main__":
    sys.exit(main())
