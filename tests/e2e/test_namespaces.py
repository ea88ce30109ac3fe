"""Environments, outputs and tenants by namespace: who gets which lines, with which labels, and who accounts for them."""

import os
import shutil
import tempfile
import time
import unittest

import e2e_support
from e2e_support import Agent, GraylogStandIn, LokiStandIn, wait_until

NAMESPACES = ("shop", "shop-staging", "kube-system", "team-a")


class NamespacesTest(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="supercargo-e2e-root-")
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        for namespace in NAMESPACES:
            path = os.path.join(self.root, f"var/log/pods/{namespace}_web-0_uid-{namespace}/app")
            os.makedirs(path)
            with open(os.path.join(path, "0.log"), "w", encoding="utf-8") as log:
                stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000000001Z", time.gmtime())
                log.write(f"{stamp} stdout F of {namespace}\n")

    def add(self, part):
        self.addCleanup(part.remove)
        return part

    def test_lines_go_where_their_namespace_belongs_and_tell_their_environment(self):
        shop, loki, graylog = self.add(LokiStandIn()), self.add(LokiStandIn()), self.add(GraylogStandIn())
        agent = self.add(Agent(
            host_root=self.root,
            host={"proc": "/proc", "sys": "/sys"},
            logs={
                "sources": [{"type": "kubernetes", "path": "/var/log/pods"}],
                "events": False,
                "cluster": "eu-1",
                "environment": "production",
                "environments": [{"namespaces": ["*-staging"], "environment": "staging"}],
            },
            outputs=[
                {**shop.output_config, "name": "shop", "namespaces": ["shop", "shop-*"]},
                {**loki.output_config, "name": "rest", "exclude_namespaces": ["shop", "/shop-.+/"],
                 "static_labels": {"cluster": "mine"}},
                {**graylog.output_config, "namespaces": ["team-*", "*-staging"]},
            ]))
        wait_until(lambda: len(shop.lines()) == 2 and len(loki.lines()) == 2 and len(graylog.messages()) == 2,
                   lambda: f"{shop.lines()} {loki.lines()} {graylog.messages()}")

        def told(lines):
            return {(line["labels"]["namespace"], line["labels"]["cluster"], line["labels"]["environment"], line["line"])
                    for line in lines}

        self.assertEqual(told(shop.lines()), {
            ("shop", "eu-1", "production", "of shop"), ("shop-staging", "eu-1", "staging", "of shop-staging")})
        self.assertEqual(told(loki.lines()), {
            ("kube-system", "mine", "production", "of kube-system"), ("team-a", "mine", "production", "of team-a")})
        messages = {(each["_namespace"], each["_cluster"], each["_environment"]) for each in graylog.messages()}
        self.assertEqual(messages, {("team-a", "eu-1", "production"), ("shop-staging", "eu-1", "staging")})

        accounts = {(labels["output"], labels["namespace"])
                    for labels, _ in agent.samples("supercargo_log_written_bytes_total")}
        self.assertEqual(accounts, {
            ("shop", "shop"), ("shop", "shop-staging"), ("rest", "kube-system"), ("rest", "team-a"),
            ("graylog", "team-a"), ("graylog", "shop-staging")})


if __name__ == "__main__":
    e2e_support.main()
