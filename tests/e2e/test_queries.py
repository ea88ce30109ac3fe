"""Every query of dashboards/ and of its rules returns data from an agent under a small workload.

Each PromQL expression of each panel, variable, annotation, alert and recording rule is asked in the mode `replace`, and
in `complement` beside node_exporter and a cAdvisor. It must return a sample as it stands, or without its thresholds:
nothing is wrong with a node where no alert fires. What cannot is listed with its reason in queries_without_samples.txt;
what is listed there and does return something fails, too, but for what depends on the machine.
"""

import collections
import glob
import json
import os
import re
import time
import unittest

import e2e_support
import yaml
from e2e_support import wait_until
from query_bed import RULES, QueryBed

DASHBOARDS = os.environ.get("SUPERCARGO_DASHBOARDS", os.path.join(e2e_support.REPOSITORY, "dashboards"))
LIST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "queries_without_samples.txt")
SECONDS = 40
TIMES = {"$__rate_interval": "30s", "$__range": "5m", "$__interval": "5s"}

TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
THRESHOLD = re.compile(r"\s*(?:==|!=|>=|<=|>|<)\s*(?:bool\s+)?-?\d[\d.e]*(?:\s*\*\s*\d+)?")

Query = collections.namedtuple("Query", "where text")


def filled_in(text):
    """With values in place of Grafana's variables: everything that there is."""
    for name, value in TIMES.items():
        text = re.sub(re.escape(name).replace("__", "_{2}") + r"\b|\$\{" + name[1:] + r"\}", value, text)
    variable = r"\$(?:\{\w+(?::\w+)?\}|[A-Za-z_]\w*)"
    text = re.sub(rf'(?<![!~<>])=\s*"{variable}"', '=~".*"', text)
    return re.sub(variable, ".*", text)


def without_texts(change, text):
    """change() of what stands outside of quotes."""
    texts = TEXT.findall(text)
    changed = change(TEXT.sub('""', text))
    assert changed.count('""') == len(texts), text
    return re.sub('""', lambda _: texts.pop(0), changed)


def without_thresholds(text):
    """What is compared, and now: `x > 5` becomes x, `absent(x)` becomes x. What `unless` takes away stays as it is."""

    def change(bare):
        bare = re.sub(r"\s+offset\s+\d+\w", "", bare)
        bare = re.sub(r"\[\d+\w:\d*\w?\]", "[5m:1s]", bare)  # the bed is younger than a step of hours
        bare = re.sub(r"\babsent\(", "(", bare)
        parts = re.split(r"(\bunless\b[^()]*(?:\([^()]*\))?[^()]*)", bare)
        return "".join(part if part.startswith("unless") else THRESHOLD.sub("", part) for part in parts)

    return without_texts(change, text)


def readings(text):
    """The query as it stands, and what may stand for it."""
    outermost = re.sub(THRESHOLD.pattern + r"\s*$", "", text)
    return list(dict.fromkeys([text, outermost, without_thresholds(text)]))


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
                yield Query(f"{name}: {panel['title']}", target["expr"])
    for note in board.get("annotations", {}).get("list", []):
        if note.get("expr") and is_prometheus(note.get("datasource")):
            yield Query(f"{name}: annotation {note['name']}", note["expr"])
    for variable in board["templating"]["list"]:
        asked = variable.get("query")
        asked = asked.get("query", "") if isinstance(asked, dict) else asked or ""
        found = re.fullmatch(r"label_values\((.*),\s*(\w+)\)", asked)
        if found and is_prometheus(variable.get("datasource")):
            yield Query(f"{name}: variable {variable['name']}", f'count by ({found[2]}) ({found[1]})')


def all_queries():
    for path in sorted(glob.glob(f"{DASHBOARDS}/*.json")):
        with open(path, encoding="utf-8") as file:
            yield from queries_of_board(os.path.basename(path), json.load(file))
    for path in RULES:
        with open(path, encoding="utf-8") as file:
            rules = [rule for group in yaml.safe_load(file)["groups"] for rule in group["rules"]]
        for rule in rules:
            yield Query(f"{os.path.basename(path)}: {rule.get('alert') or rule['record']}", rule["expr"])


def listed():
    """[(kind, pattern, reason)]"""
    with open(LIST, encoding="utf-8") as file:
        lines = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    found = [tuple(part.strip() for part in line.split(" | ", 2)) for line in lines]
    for kind, _, reason in found:
        assert kind in ("never", "complement", "machine") and len(reason) > 10, (kind, reason)
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
        kind = next((kind for kind, pattern, _ in self.listed if re.search(pattern, query.text)), None)
        return ("never" if mode == kind else None) if kind == "complement" else kind

    def returns(self, mode, query):
        prometheus = self.bed.prometheus[mode]
        return any(prometheus.query(text) for text in readings(filled_in(query.text)))

    def expect_samples(self, mode):
        wait_until(lambda: len(self.bed.prometheus[mode].query("up == 1")) == 3, self.bed.prometheus[mode].targets)
        missing = [query for query in self.queries if not self.listed_as(query, mode)]
        self.assertGreater(len(missing), 100)
        end = time.monotonic() + SECONDS
        while missing:
            missing = [query for query in missing if not self.returns(mode, query)]
            if time.monotonic() > end:
                break
            time.sleep(0.2)
        told = [f"{query.where}: {query.text}" for query in missing]
        self.assertEqual(told, [], "no samples; if that is as it should be, list it with its reason")
        never = [query for query in self.queries if self.listed_as(query, mode) == "never"]
        present = [query for query in never if self.returns(mode, query)]
        self.assertEqual(present, [], f"listed in {LIST}, and there they are")

    def test_replace(self):
        self.expect_samples("replace")

    def test_complement(self):
        self.expect_samples("complement")

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
