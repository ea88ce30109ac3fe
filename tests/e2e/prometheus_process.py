"""Debian's Prometheus as a process of a test."""

import json
import urllib.parse

from e2e_support import Process, free_port, get, wait_until


class Prometheus(Process):
    """Scrapes each second. `scrape_configs` are Prometheus' own; each interval and time limit is a second."""

    def __init__(self, scrape_configs, rule_files=()):
        self.port = free_port()
        config = {
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
            "rule_files": list(rule_files),
            "scrape_configs": scrape_configs,
        }
        super().__init__("prometheus", ["true"])
        self.child.wait()
        with open(self.path("prometheus.yml"), "w", encoding="utf-8") as out:
            json.dump(config, out)  # JSON is YAML
        self.command = [
            "prometheus",
            f"--config.file={self.path('prometheus.yml')}",
            f"--storage.tsdb.path={self.path('data')}",
            f"--web.listen-address=127.0.0.1:{self.port}",
        ]
        self.start()
        wait_until(lambda: self.running() and get(self.port, "/-/ready")[0] == 200, "Prometheus")

    def query(self, expression):
        """[(labels, value)] of an instant query."""
        data = self.ask("query", query=expression)
        return [(it["metric"], float(it["value"][1])) for it in data["result"]]

    def ask(self, what, **parameters):
        """The data of an answer of /api/v1."""
        status, text = get(self.port, f"/api/v1/{what}?" + urllib.parse.urlencode(parameters, doseq=True))
        assert status == 200, (what, parameters, text)
        return json.loads(text)["data"]

    def targets(self):
        return self.ask("targets")["activeTargets"]


def scrape_of(port, job="supercargo", labels=None, **options):
    """A scrape configuration of one target on this machine."""
    targets = {"targets": [f"127.0.0.1:{port}"], "labels": labels or {}}
    return {"job_name": job, "static_configs": [targets], **options}
