#!/usr/bin/env python3
"""That the check of the dashboards can fail: each test breaks a dashboard that is right, in one way."""
import copy
import json
import pathlib
import unittest

import check_dashboards as check
import linter_rules

ROOT = pathlib.Path(__file__).resolve().parents[2]


class BrokenDashboard(unittest.TestCase):
    def setUp(self):
        texts = {path.stem: path.read_text() for path in (ROOT / "dashboards").glob("*.json")}
        self.boards = {name: json.loads(text) for name, text in texts.items()}
        self.takers = check.takers_of(self.boards.values())
        self.known = check.known_metrics(ROOT)

    def problems(self, name, change):
        board = copy.deepcopy(self.boards[name])
        change(board)
        return "\n".join(check.problems_of(board, self.takers, self.known))

    def with_expr(self, name, expr, kind="prometheus"):
        """What is found when the first target of that kind asks `expr`."""

        def change(board):
            next(target for _, target in linter_rules.targets(board, kind))["expr"] = expr

        return self.problems(name, change)

    def test_nothing_is_found_in_what_ships(self):
        for name in self.boards:
            self.assertEqual("", self.problems(name, lambda board: None))

    def test_a_metric_that_the_agent_does_not_have(self):
        expr = 'node_load2{job=~"$job", instance=~"$instance(:[0-9]+)?"}'
        self.assertIn("node_load2 is not in METRICS.md", self.with_expr("node", expr))

    def test_a_counter_without_rate(self):
        expr = 'sum(node_forks_total{job=~"$job", instance=~"$instance(:[0-9]+)?"})'
        self.assertIn("without rate or increase", self.with_expr("node", expr))

    def test_a_fixed_interval(self):
        expr = 'rate(node_forks_total{job=~"$job", instance=~"$instance(:[0-9]+)?"}[5m])'
        self.assertIn("rate over 5m", self.with_expr("node", expr))

    def test_a_selector_without_job_or_instance(self):
        found = self.with_expr("node", "node_load1{}")
        self.assertIn("target-job", found)
        self.assertIn("target-instance", found)

    def test_a_stat_that_is_green_without_a_value(self):
        def change(board):
            next(panel for panel in board["panels"] if panel["type"] == "stat")["fieldConfig"]["defaults"]["mappings"] = []

        self.assertIn("no value would look like a good one", self.problems("oops", change))

    def test_a_table_whose_empty_cells_say_that_it_is_empty(self):
        def change(board):
            next(panel for panel in board["panels"] if panel["type"] == "table")["fieldConfig"]["overrides"] = []

        self.assertIn("empty cells would say No node is scraped", self.problems("fleet", change))

    def test_what_is_typed_between_quotes(self):
        found = self.with_expr("logs", '{namespace="a"} |~ "(?i)${search:raw}"', "loki")
        self.assertIn("backquotes", found)
        self.assertIn("backquotes", self.with_expr("logs", '{namespace="a"} |~ `(?i)$search`', "loki"))

    def test_a_variable_that_is_none(self):
        expr = 'node_load1{job=~"$job", instance=~"$instance(:[0-9]+)?", cluster="$clutser"}'
        self.assertIn("unknown variable clutser", self.with_expr("node", expr))

    def test_a_label_of_logs_that_the_agent_does_not_send(self):
        self.assertIn("sends no label {'app'}", self.with_expr("logs", '{app="shop"}', "loki"))

    def test_a_query_that_loki_refuses_for_its_matchers(self):
        self.assertIn("matches the empty text", self.with_expr("logs", '{namespace=~"$namespace"}', "loki"))

    def test_a_fixed_step_of_logs(self):
        expr = 'rate({container=~".+"} [5m])'
        self.assertIn("target-logql-auto", self.with_expr("logs", expr, "loki"))

    def test_panels_that_cover_each_other(self):
        def change(board):
            board["panels"][2]["gridPos"] = board["panels"][1]["gridPos"]

        self.assertIn("covers another", self.problems("pod", change))

    def test_an_id_twice(self):
        self.assertIn("not unique", self.problems("pod", lambda board: board["panels"][2].update(id=1)))

    def test_a_panel_without_description_unit_or_link(self):
        def change(board):
            panel = board["panels"][1]
            panel["description"] = ""
            panel["links"] = []
            panel["fieldConfig"]["defaults"] = {}

        found = self.problems("fleet", change)
        for rule in ("panel-title-description", "panel-units", "no link onwards"):
            self.assertIn(rule, found)

    def test_a_link_to_a_dashboard_that_is_not_there(self):
        def change(board):
            board["panels"][1]["links"][0]["url"] = "/d/supercargo-nowhere?x=1"

        self.assertIn("a link to nowhere", self.problems("fleet", change))

    def test_a_link_that_sets_a_variable_the_other_page_has_not(self):
        def change(board):
            board["panels"][1]["links"][0]["url"] += "&var-workload=x"

        self.assertIn("sets what supercargo-oops has not", self.problems("fleet", change))

    def test_a_link_that_makes_one_text_of_several_values(self):
        def change(board):
            board["panels"][1]["links"][0]["url"] += "&var-namespace=${namespace}"

        self.assertIn("one text of all values of {'namespace'}", self.problems("fleet", change))

    def test_a_link_that_forgets_the_cluster(self):
        def change(board):
            link = board["panels"][1]["links"][0]
            link["url"] = link["url"].replace("${cluster:queryparam}&", "")

        self.assertIn("forgets {'${cluster:queryparam}'}", self.problems("fleet", change))

    def test_a_page_without_a_variable_for_namespaces(self):
        def change(board):
            board["templating"]["list"] = [one for one in board["templating"]["list"] if one["name"] != "namespace"]

        self.assertIn("no variable {'namespace'}", self.problems("fleet", change))

    def test_a_table_whose_links_take_what_one_of_its_queries_has_not(self):
        def change(board):
            table = next(panel for panel in board["panels"] if panel["type"] == "table")
            table["targets"][1]["expr"] = 'sum by (job) (node_load1{job=~"$job", instance=~"$instance(:[0-9]+)?"})'

        self.assertIn("no query has {'instance'}", self.problems("fleet", change))

    def test_a_counter_that_may_be_younger_than_the_time_shown(self):
        counter = 'node_forks_total{job=~"$job", instance=~"$instance(:[0-9]+)?"}'
        grown = f"({counter} unless {counter} offset $__range or increase({counter}[$__range]))"
        self.assertEqual("", self.with_expr("node", grown))
        self.assertIn("without rate", self.with_expr("node", grown.replace("$__range or", "1h or")))

    def test_a_variable_that_does_not_match_an_absent_label(self):
        def change(board):
            next(one for one in board["templating"]["list"] if one["name"] == "cluster")["allValue"] = ".+"

        self.assertIn("absent label", self.problems("oops", change))

    def test_a_broken_query(self):
        board = copy.deepcopy(self.boards["node"])
        next(linter_rules.targets(board, "prometheus"))[1]["expr"] = "sum(node_load1{)"
        found = "\n".join(check.check_promql([board]))
        if check.shutil.which("promtool"):
            self.assertIn("parse error", found)

    def test_a_variant_in_which_loki_remains(self):
        texts = {"pod": json.dumps(self.boards["pod"])}
        self.assertTrue(list(check.of_variant("chart, prometheus", texts)))


if __name__ == "__main__":
    unittest.main()
