"""Every query of dashboards/ and of its rules returns data from an agent under a small workload.

Each PromQL expression of each panel, variable, annotation, alert and recording rule, and of the mixins (mixins.yaml), is
asked in the mode `all` by a plain Prometheus, in `complement` beside kube-prometheus-stack, and in `replace` in the place
of its scrapes: query_presets.py. Each side of an outermost `or` must return a sample, with the labels that the panel's
legend and links take, as it stands or without its thresholds: nothing is wrong with a node where no alert
fires. What cannot is listed with its reason in queries_without_samples.txt; what is listed there and does return
something fails, too, but for what depends on the machine.
"""

import collections
import glob
import json
import math
import os
import re
import sys
import time
import unittest

import e2e_support
import yaml
from e2e_support import wait_until
from query_bed import RULES, QueryBed
from query_presets import MODES

sys.path.insert(0, os.path.join(e2e_support.REPOSITORY, "tests/dashboards"))
from promql import sides, without_join, without_last_threshold, without_thresholds, without_topk  # noqa: E402

DASHBOARDS = os.environ.get("SUPERCARGO_DASHBOARDS", os.path.join(e2e_support.REPOSITORY, "dashboards"))
LIST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "queries_without_samples.txt")
SECONDS = 40
TIMES = {"$__rate_interval": "30s", "$__range": "5m", "$__interval": "5s"}

Query = collections.namedtuple("Query", "where text labels", defaults=(frozenset(),))


def filled_in(text):
    """With values in place of Grafana's variables: everything that there is."""
    text = text.replace("offset $__range", "offset 2s")  # the bed is young
    for name, value in TIMES.items():
        text = re.sub(re.escape(name).replace("__", "_{2}") + r"\b|\$\{" + name[1:] + r"\}", value, text)
    variable = r"\$(?:\{\w+(?::\w+)?\}|[A-Za-z_]\w*)"
    text = re.sub(rf'(?<![!~<>])=\s*"{variable}"', '=~".*"', text)
    return re.sub(variable, ".*", text)


def readings(text):
    """The query as it stands, and what may stand for it."""
    return list(dict.fromkeys([text, without_last_threshold(text), without_thresholds(text)]))


def labels_of(panel, target):
    """Those that the panel's legend or links take from a query's series."""
    links = json.dumps(panel["fieldConfig"]["defaults"].get("links", []))
    shown = re.findall(r"\{\{(\w+)\}\}", target.get("legendFormat", ""))
    return frozenset(shown + re.findall(r"__(?:field\.labels|data\.fields)\.(\w+)", links))


def panels(board):
    for panel in board["panels"]:
        yield panel
        yield from panel.get("panels", [])


def is_prometheus(*sources):
    named = next((source for source in sources if source), {})
    text = f"{named.get('type')} {named.get('uid')}" if isinstance(named, dict) else str(named)
    return "loki" not in text and "grafana" not in text.lower().replace("grafana.com", "")


def queries_of_board(name, board):
    for panel in panels(board):
        for target in panel.get("targets", []):
            if target.get("expr") and is_prometheus(target.get("datasource"), panel.get("datasource")):
                where, labels = f"{name}: {panel['title']}", labels_of(panel, target)
                yield Query(where, target["expr"], labels)
                if 'recorded="$recorded"' in target["expr"]:
                    yield Query(where, re.sub(r"\b\w+:\w+:\w+\{", "nobody_records_it{", target["expr"]), labels)
                yield from (Query(where, side, labels) for side in sides(without_join(without_topk(target["expr"]))))
    for note in board.get("annotations", {}).get("list", []):
        if note.get("expr") and is_prometheus(note.get("datasource")):
            told = re.findall(r"\{\{(\w+)\}\}", note["titleFormat"] + note["textFormat"])
            yield Query(f"{name}: annotation {note['name']}", note["expr"], frozenset(told))
    for variable in board["templating"]["list"]:
        asked = variable.get("query")
        asked = asked.get("query", "") if isinstance(asked, dict) else asked or ""
        found = re.fullmatch(r"label_values\((.*),\s*(\w+)\)", asked)
        if found and is_prometheus(variable.get("datasource")):
            yield Query(f"{name}: variable {variable['name']}", f'count by ({found[2]}) ({found[1]})')


def queries_of_rules(path):
    """Labels of summaries are those that `by` keeps, so that a sample's are not looked at."""
    with open(path, encoding="utf-8") as file:
        rules = [rule for group in yaml.safe_load(file)["groups"] for rule in group["rules"]]
    for rule in rules:
        for side in sides(rule["expr"]):
            yield Query(f"{os.path.basename(path)}: {rule.get('alert') or rule['record']}", side)


def all_queries():
    for path in sorted(glob.glob(f"{DASHBOARDS}/*.json")):
        with open(path, encoding="utf-8") as file:
            yield from queries_of_board(os.path.basename(path), json.load(file))
    for path in RULES:
        yield from queries_of_rules(path)


def listed():
    """[(kind, pattern, reason)]"""
    with open(LIST, encoding="utf-8") as file:
        lines = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    found = [tuple(part.strip() for part in line.split(" | ", 2)) for line in lines]
    for kind, _, reason in found:
        assert kind in ("never", "machine", *MODES) and len(reason) > 10, (kind, reason)
    return found


class QueriesTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.queries = list(dict.fromkeys(all_queries()))
        cls.listed = listed()
        cls.bed = QueryBed()
        cls.addClassCleanup(cls.bed.remove)

    def listed_as(self, query, mode):
        """`never`, `machine` or None."""
        kinds = {kind for kind, pattern, _ in self.listed if re.search(pattern, query.text)}
        return "machine" if "machine" in kinds else "never" if kinds & {"never", mode} else None

    def returns(self, mode, query):
        """Of the mixins 0 / 0 will do: which segments a machine sends again is not ours to say."""
        found = [it for text in readings(filled_in(query.text)) for it in self.bed.prometheus[mode].query(text)]
        if query.where.startswith("mixins"):
            return bool(found)
        return any(query.labels <= labels.keys() and not math.isnan(value) for labels, value in found)

    def expect_samples(self, mode):
        prometheus = self.bed.prometheus[mode]
        wait_until(lambda: len(prometheus.query("up == 1")) == len(prometheus.targets()), prometheus.targets)
        queries = self.queries + list(queries_of_rules(self.bed.mixins[mode]))
        missing = [query for query in queries if not self.listed_as(query, mode)]
        self.assertGreater(len(missing), 200)
        end = time.monotonic() + SECONDS
        while missing:
            self.bed.go_on()
            missing = [query for query in missing if not self.returns(mode, query)]
            if time.monotonic() > end:
                break
            time.sleep(0.2)
        told = [f"{query.where}: {sorted(query.labels)} of {query.text}" for query in missing]
        self.assertEqual(told, [], "no samples; if that is as it should be, list it with its reason")
        never = [query for query in queries if self.listed_as(query, mode) == "never"]
        present = [query for query in never if self.returns(mode, query)]
        self.assertEqual(present, [], f"listed in {LIST}, and there they are")

    def test_all(self):
        self.expect_samples("all")

    def test_replace(self):
        self.expect_samples("replace")

    def test_complement(self):
        self.expect_samples("complement")

    def test_a_node_has_one_name_whoever_tells_of_it(self):
        """Dashboards join by `instance` without its port."""
        for mode, prometheus in self.bed.prometheus.items():
            told = '{__name__=~"supercargo_node_info|node_boot_time_seconds|container_start_time_seconds"}'
            found = wait_until(lambda p=prometheus: p.query(f"count by (instance) ({told})"), "samples")
            names = {re.sub(r":\d+$", "", labels["instance"]) for labels, _ in found}
            self.assertEqual(len(names), 1, (mode, names))

    def test_no_rule_fails(self):
        """Labels that do not match one to one are an error only where there is data."""
        for mode, prometheus in self.bed.prometheus.items():
            rules = [rule for group in prometheus.ask("rules")["groups"] for rule in group["rules"]]
            self.assertGreater(len(rules), 30)
            failed = [(mode, rule["name"], rule.get("lastError")) for rule in rules if rule["health"] == "err"]
            self.assertEqual(failed, [])


if __name__ == "__main__":
    e2e_support.main(
        e2e_support.program_is_missing("prometheus"), e2e_support.program_is_missing("prometheus-node-exporter")
    )
