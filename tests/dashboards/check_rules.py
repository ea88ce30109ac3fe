#!/usr/bin/env python3
"""Checks dashboards/rules: each alert is told, has its runbook and its tests, and asks for what the agent has.

usage: check_rules.py DASHBOARDS TESTS [--agent SUPERCARGO]

TESTS holds files for `promtool test rules`. A test has the name of its alert; its input has something that fires the
alert and something that does not. With promtool on the PATH the rules are checked and the tests are run, also against
rules that never fire and against rules without their thresholds: the tests of each alert must notice both.
"""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import promql
import yaml
from check_dashboards import labels_in, metrics_in

SEVERITIES = {"critical", "warning", "info"}
LOKI_LABELS = {"namespace", "pod", "container", "node", "stream", "source", "cluster", "environment"}


def rules_of(path):
    with open(path, encoding="utf-8") as file:
        return [rule for group in yaml.safe_load(file)["groups"] for rule in group["rules"]]


def section_names(runbooks):
    return re.findall(r"^### (\w+)$", runbooks, re.MULTILINE)


def check_alert(rule, sections):
    told = rule.get("annotations", {})
    if rule.get("labels", {}).get("severity") not in SEVERITIES:
        yield f"severity is none of {sorted(SEVERITIES)}"
    for name in ("summary", "description"):
        if not told.get(name, "").endswith("."):
            yield f"{name} is no sentence"
    shown = set(re.findall(r"\$labels\.(\w+)", json.dumps(told)))
    if " by (" in rule["expr"] and (lost := shown - labels_in(rule["expr"])):
        yield f"its texts show {sorted(lost)}, which its expression does not keep"
    if told.get("runbook_url") != f"dashboards/runbooks.md#{rule['alert'].lower()}":
        yield "runbook_url does not lead to its section"
    if rule["alert"] not in sections:
        yield "no section in runbooks.md"


def check_tested(name, tests):
    mine = [test for test in tests if test["name"].split(",")[0] == name]
    if not any(check.get("exp_samples") for test in mine for check in test["promql_expr_test"]):
        yield "no test fires it"


def never(expr):
    return f"({expr}) and on () (vector(0) > 1)"


def differing(told):
    """Alerts that fired and were not expected to, or the other way round, in what promtool says of a failed test."""
    lines = re.findall(r"^ *(?:exp|got): *(.*)", told, re.MULTILINE)[:2]
    samples = [set(re.findall(r"\{[^}]*\} \S+?(?=,|$)", line)) for line in lines]
    return re.findall(r'alertname="(\w+)"', " ".join(samples[0] ^ samples[1])) if len(samples) == 2 else []


def unnoticed(change, files, test_files, kinds=("alert",)):
    """Alerts whose tests pass although change() was done to the expression of each rule of these kinds."""
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        for path in files:
            groups = yaml.safe_load(path.read_text(encoding="utf-8"))
            for rule in [rule for group in groups["groups"] for rule in group["rules"] if rule.keys() & set(kinds)]:
                rule["expr"] = change(rule["expr"])
            (directory / path.name).write_text(yaml.safe_dump(groups), encoding="utf-8")
        for path in test_files:
            text = path.read_text(encoding="utf-8")  # as text: YAML takes the values 0x60 for a number
            text = text.replace("../../../dashboards/rules/", f"{directory}/")
            (directory / f"test-{path.name}").write_text(text, encoding="utf-8")
        done = subprocess.run(["promtool", "test", "rules", *sorted(directory.glob("test-*"))],
                              capture_output=True, text=True, check=False)
    failed = {name for told in (done.stdout + done.stderr).split(" expr: ") for name in differing(told)}
    alerts = {rule["alert"] for path in files for rule in rules_of(path) if "alert" in rule}
    return sorted(alerts - failed)


def check_logql(rule):
    for selector in re.findall(r"\{([^{}]*)\}", rule["expr"]):
        for label in re.findall(r"(\w+)\s*(?:=~|!=|!~|=)", selector):
            if label not in LOKI_LABELS:
                yield f"the agent sends no label {label}"


def metrics_of(agent):
    reference = subprocess.run([agent, "metrics"], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"^\| `(\w+)`", reference, re.MULTILINE))


def promtool(*arguments):
    if shutil.which("promtool") is None:
        return
    done = subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        yield f"promtool {' '.join(arguments[:2])}: {done.stdout[-3000:]}{done.stderr[-1000:]}"


def problems(directory, tests_directory, known):
    sections = section_names((directory / "runbooks.md").read_text(encoding="utf-8"))
    files = sorted((directory / "rules").glob("*.yaml"))
    test_files = sorted(tests_directory.glob("*.yaml"))
    tests = [test for path in test_files for test in yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]]
    rules = [rule for path in files for rule in rules_of(path)]
    recorded = {rule["record"] for rule in rules if "record" in rule}
    loki = [rule for path in sorted((directory / "rules/loki").glob("*.yaml")) for rule in rules_of(path)]
    names = [rule["alert"] for rule in rules + loki if "alert" in rule]
    for name in sorted(set(sections) ^ set(names)) + sorted({name for name in names if names.count(name) > 1}):
        yield f"{name}: not exactly one alert and one section"
    for rule in [rule for rule in rules + loki if "alert" in rule]:
        for problem in check_alert(rule, sections):
            yield f"{rule['alert']}: {problem}"
    for rule in rules:
        name = rule.get("alert") or rule["record"]
        for metric in sorted(metrics_in(re.sub(r"[\w:]+:[\w:]+", "", rule["expr"])) - known if known else ()):
            yield f"{name}: the agent has no metric {metric}"
        for metric in set(re.findall(r"\w+:\w+:\w+", rule["expr"])) - recorded:
            yield f"{name}: no rule records {metric}"
        for problem in check_tested(rule["alert"], tests) if "alert" in rule else ():
            yield f"{name}: {problem}"
    for rule in loki:
        for problem in check_logql(rule):
            yield f"{rule['alert']}: {problem}"
    yield from promtool("check", "rules", *files)
    yield from promtool("test", "rules", *test_files)
    if shutil.which("promtool"):
        yield from (f"{name}: no test notices that it never fires" for name in unnoticed(never, files, test_files))
        for name in unnoticed(promql.without_thresholds, files, test_files, ("alert", "record")):
            yield f"{name}: no test notices that it has no threshold"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("tests", type=pathlib.Path)
    parser.add_argument("--agent")
    arguments = parser.parse_args()
    known = metrics_of(arguments.agent) if arguments.agent else set()
    found = list(problems(arguments.directory, arguments.tests, known))
    print("\n".join(found) or "all rules are told, tested and true")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
