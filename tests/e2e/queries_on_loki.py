"""By hand: every LogQL expression of dashboards/ on a real Loki, and its rules in that Loki's ruler.

    tests/e2e/queries_on_loki.py --loki BINARY

Needs a build of the preset `dev` and the program `loki` (3.0 or later), which is in no package of Debian 12; two minutes.
The lines that panels ask for come from the agents of query_bed.py. Rules look at an hour or a day, so that theirs are
pushed here, with the labels that the agent gives them, and the rules' times are cut: each must fire where it should, and
nowhere else.
"""

import argparse
import http.server
import json
import os
import pathlib
import re
import sys
import threading
import time
import urllib.parse
import urllib.request

import query_bed
from e2e_support import REPOSITORY, Process, free_port, get, wait_until

sys.path.insert(0, os.path.join(REPOSITORY, "tests/dashboards"))
from logql import expressions  # noqa: E402

DASHBOARDS = os.path.join(REPOSITORY, "dashboards")
# What a rule says, and what it says here.
SHORTER = (("[1h] offset 1d", "[20m] offset 12m"), ("for: 10m", "for: 5s"))
DAY = 12 * 60
FIRE = {("LogErrorsRise", "fresh"), ("LogErrorsRise", "worse"), ("LogsStopped", "silent"), ("LogsTellOfOomKills", "oom")}
ERROR = 'level=error msg="no such file"'
EVENTS = "supercargo_events"
BED = ("shop", "batch", "kube-system")  # whose containers are killed and err, too


class Alertmanager(http.server.ThreadingHTTPServer):
    """Keeps what it is told: {(alert, namespace): annotations}."""

    def __init__(self):
        told = self.told = {}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                for alert in json.loads(self.rfile.read(int(self.headers["Content-Length"]))):
                    labels = alert["labels"]
                    told[labels["alertname"], labels["namespace"]] = alert["annotations"]
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Loki(Process):
    """The real one, all of it in a process, with the rules in its ruler."""

    def __init__(self, binary):
        self.port, self.alertmanager = free_port(), Alertmanager()
        super().__init__("real-loki", ["true"])
        self.child.wait()
        os.makedirs(self.path("rules/fake"))
        for name in os.listdir(f"{DASHBOARDS}/rules/loki"):
            self._rules(name)
        with open(self.path("loki.yaml"), "w", encoding="utf-8") as out:
            json.dump(self._config(), out)  # JSON is YAML
        self.command = [binary, f"-config.file={self.path('loki.yaml')}"]
        self.start()
        wait_until(lambda: self.running() and get(self.port, "/ready")[0] == 200, "Loki", seconds=120)

    def _rules(self, name):
        with open(f"{DASHBOARDS}/rules/loki/{name}", encoding="utf-8") as file:
            text = file.read()
        for old, new in SHORTER:
            assert old in text, old
            text = text.replace(old, new)
        with open(self.path(f"rules/fake/{name}"), "w", encoding="utf-8") as out:
            out.write(text)

    def _config(self):
        ring = {"kvstore": {"store": "inmemory"}}
        local = {"http_listen_address": "127.0.0.1", "grpc_listen_address": "127.0.0.1"}
        files = {"chunks_directory": self.path("chunks"), "rules_directory": self.path("rules")}
        index = {"index": {"prefix": "index_", "period": "24h"}, "store": "tsdb", "object_store": "filesystem"}
        return {
            "auth_enabled": False,
            "analytics": {"reporting_enabled": False},
            "server": {**local, "http_listen_port": self.port, "grpc_listen_port": free_port(), "log_level": "warn"},
            "common": {"instance_addr": "127.0.0.1", "path_prefix": self.directory, "replication_factor": 1,
                       "ring": ring, "storage": {"filesystem": files}},
            "schema_config": {"configs": [{**index, "from": "2020-10-24", "schema": "v13"}]},
            "ruler": {
                "storage": {"type": "local", "local": {"directory": self.path("rules")}},
                "rule_path": self.path("ruler"), "ring": ring, "enable_api": True,
                "alertmanager_url": f"http://127.0.0.1:{self.alertmanager.server_port}", "enable_alertmanager_v2": True,
                "evaluation_interval": "2s", "poll_interval": "2s", "for_grace_period": "0s", "for_outage_tolerance": "0s",
            },
        }

    @property
    def output_config(self):
        return {"name": "loki", "type": "loki", "url": f"http://127.0.0.1:{self.port}"}

    def push(self, namespace, lines, **labels):
        """[(age in seconds, text)]"""
        stream = {"namespace": namespace, "pod": f"{namespace}-1", "container": "app", "node": "n", "stream": "stderr"}
        values = [[str(time.time_ns() - int(age * 1e9)), text] for age, text in lines]
        body = json.dumps({"streams": [{"stream": {**stream, **labels}, "values": values}]}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/loki/api/v1/push", body)
        request.add_header("Content-Type", "application/json")
        urllib.request.urlopen(request).close()

    def ask(self, text):
        """What a range query over the last ten minutes returns."""
        now = time.time_ns()
        what = {"query": text, "start": now - 600 * 10**9, "end": now, "step": "15s", "limit": 10}
        status, answer = get(self.port, "/loki/api/v1/query_range?" + urllib.parse.urlencode(what))
        assert status == 200, (status, answer, text)
        return json.loads(answer)["data"]["result"]


def filled_in(text):
    """With all that there is in place of Grafana's variables. An hour ago there was no Loki."""
    text = text.replace("$__auto", "1m").replace("offset 1h", "offset 5m")
    return re.sub(r"\$(?:\{\w+:raw\}|\w+)", ".*", text)


def lines(text, count, old, young):
    return [(old - (old - young) * i / count, text) for i in range(count)]


def push_what_rules_are_about(loki):
    before, now = lines(ERROR, 12, DAY + 1200, DAY), lines(ERROR, 300, 500, 5)
    loki.push("fresh", now)
    loki.push("worse", before + now)
    loki.push("same", lines(ERROR, 600, DAY + 1200, DAY) + now)
    loki.push("few", now[::15])
    loki.push("fine", lines('level=info msg="ok"', 300, 500, 5))
    loki.push("events", lines('{"event":"container_start","level":"error"}', 300, 500, 5), source=EVENTS)
    loki.push("silent", lines("level=info", 200, 3600, 1900))
    loki.push("seldom", lines("level=info", 50, 3600, 1900))
    loki.push("still", lines("level=info", 200, 3600, 5))
    loki.push("restarted", lines('{"event":"container_start"}', 200, 3600, 1900), source=EVENTS)
    loki.push("oom", [(60, '{"event":"oom_kill","message":"killed"}')], source=EVENTS)
    loki.push("monitoring", lines('level=warn msg="Output failed."', 30, 60, 5), container="supercargo")


def panels_without_lines(loki, bed, seconds=90):
    """[(panel, expression)] of those that return nothing."""
    missing = [it for it in expressions(pathlib.Path(DASHBOARDS)) if ".json: " in it[0]]
    print(f"{len(missing)} expressions of panels")
    end = time.monotonic() + seconds
    while missing and time.monotonic() < end:
        bed.go_on()
        missing = [(where, text) for where, text in missing if not loki.ask(filled_in(text))]
    return missing


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--loki", required=True, help="the program")
    loki = Loki(os.path.abspath(parser.parse_args().loki))
    try:
        push_what_rules_are_about(loki)
        bed = query_bed.QueryBed(loki)
        try:
            missing = panels_without_lines(loki, bed)
        finally:
            bed.remove()
        wait_until(lambda: loki.alertmanager.told.keys() >= FIRE, lambda: f"fired: {sorted(loki.alertmanager.told)}", 60)
        time.sleep(20)  # for others that should not
        told = {key: text for key, text in loki.alertmanager.told.items() if key[1] not in BED}
    finally:
        loki.remove()
    for (name, namespace), text in sorted(told.items()):
        print(f"{name} {namespace}: {text['summary']} {text['description']}")
    for where, text in missing:
        print(f"FAILED: {where}: nothing is returned for {text}")
    for name, namespace in sorted(told.keys() ^ FIRE):
        print(f"FAILED: {name} {'fires' if (name, namespace) in told else 'does not fire'} for {namespace}")
    return 1 if missing or told.keys() != FIRE else 0


if __name__ == "__main__":
    sys.exit(main())
