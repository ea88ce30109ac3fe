"""A small node under a small workload, scraped by Debian's Prometheus: what the queries of dashboards/ are asked of.

The node's cgroups, log links and processes of containers are a directory as the kernel and the kubelet make them
(nodes/containerd_systemd_v2.txt); all else of /proc and /sys is this machine's. Lines are written, a container is
killed for want of memory and starts again, one receiver takes everything, one refuses, and one is down while a file is
cut.
"""

import glob
import http.server
import os
import re
import threading
import time

from e2e_support import REPOSITORY, Agent, GraylogStandIn, LokiStandIn, Process, free_port, get, wait_until
from prometheus_process import Prometheus
from query_presets import MODES, SELECTORS, kube_state_metrics, scrapes
from query_tree import QueryTree
from test_kubernetes_api import KubeApi

LINES = 200
RULES = sorted(glob.glob(os.path.join(REPOSITORY, "dashboards/rules/*.yaml")))
MIXINS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "mixins.yaml")

# What kubelet's cAdvisor has (CPU, memory, disk I/O, network, processes, OOM, pressure): no other family of ours may
# stand in for one that people would not have.
CADVISOR = re.compile(
    r"cadvisor_version_info|machine_(cpu_(physical_)?(cores|sockets)|memory_bytes|swap_bytes)|container_(last_seen"
    r"|scrape_error|start_time_seconds|cpu_(usage|user|system)_seconds_total|cpu_cfs_(throttled_)?periods_total"
    r"|cpu_cfs_throttled_seconds_total|memory_(cache|rss|kernel_usage|mapped_file|swap|failcnt|usage_bytes"
    r"|max_usage_bytes|working_set_bytes|failures_total|total_(in)?active_file_bytes)"
    r"|fs_(reads|writes)(_bytes)?_total|blkio_device_usage_total"
    r"|network_(receive|transmit)_(bytes|packets|packets_dropped|errors)_total|processes|threads(_max)?|sockets"
    r"|file_descriptors|ulimits_soft|oom_events_total|pressure_(cpu|memory|io)_(waiting|stalled)_seconds_total"
    r"|spec_(cpu_(period|quota|shares)|memory_(limit|swap_limit|reservation_limit)_bytes))"
)


def cri(text, ago=0.0):
    """A record as the runtime writes it."""
    now = time.time() - ago
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1e9):09d}Z stdout F {text}\n"


class Pages(http.server.ThreadingHTTPServer):
    """{path: function that gives a text} over HTTP, for as long as this process lives."""

    def __init__(self, pages):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = pages[self.path]().encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def remove(self):
        self.shutdown()
        self.server_close()


class NodeAgent(Agent):
    """An agent whose /proc is a directory: its own number stands there, too."""

    def __init__(self, proc, **config):
        self._proc = proc
        super().__init__(**config)

    def start(self):
        name_itself = 'ln -s $$ "$0/self" && ln -s /proc/$$ "$0/$$" && exec "$@"'
        self.command = ["sh", "-c", name_itself, self._proc, *self.command]
        super().start()


class QueryBed:
    """Agents on that node, one in each mode, each with the Prometheus that belongs to it. `loki`: to take for the stand-in."""

    def __init__(self, loki=None):
        self._parts = []
        self._loki = loki
        self._turns = 0
        try:
            self._start()
        except BaseException:
            self.remove()
            raise

    def remove(self):
        for part in reversed(self._parts):
            part.remove()

    def _add(self, part):
        self._parts.append(part)
        return part

    def _start(self):
        self.tree = self._add(QueryTree())
        self.api = self._add(KubeApi())
        for pod in self.tree.pods():
            self.api.put(pod)
        loki = self._loki or self._add(LokiStandIn("--default-limits"))
        graylog = self._add(GraylogStandIn())
        refusing = self._add(LokiStandIn("--answer-status", "401"))
        outputs = [
            loki.output_config,
            graylog.output_config,
            {**refusing.output_config, "name": "refusing"},
            {"name": "down", "type": "loki", "url": f"http://127.0.0.1:{free_port()}"},
        ]
        self.tree.file("plain/app.log", "a line that will be cut away\n" * LINES)
        self.agents = {mode: self._add(self._agent(mode, outputs)) for mode in MODES}
        state = kube_state_metrics(list(self.tree.pods()))
        pages = self._add(Pages({"/metrics": lambda: state, "/metrics/cadvisor": self._cadvisor}))
        ports = {"state": pages.server_port, "cadvisor": pages.server_port, "node_exporter": self._node_exporter()}
        self.mixins = {mode: self._mixins(mode) for mode in MODES}
        self.prometheus = {
            mode: self._add(Prometheus(scrapes(mode, agent.port, **ports), [*RULES, self.mixins[mode]]))
            for mode, agent in self.agents.items()
        }
        self._work()

    def _agent(self, mode, outputs):
        os.environ.update(KUBERNETES_SERVICE_HOST="127.0.0.1", KUBERNETES_SERVICE_PORT=str(self.api.port))
        try:
            return NodeAgent(
                self.tree.proc(mode),
                **self.tree.config(mode),
                metrics={"mode": mode},
                outputs=outputs,
                kubernetes={"service_account_dir": self.api.service_account, "pod_labels": ["app"]},
                logs={
                    "sources": [
                        {"type": "kubernetes", "path": f"{self.tree.root}/var/log/pods"},
                        {"type": "files", "path": f"{self.tree.root}/plain/*.log"},
                    ],
                    "rate_limits": {
                        "container": {"bytes_per_second": 3000, "action": "drop"},
                        "namespace": {"bytes_per_second": 1000, "action": "delay"},
                    },
                },
            )
        finally:
            del os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"]

    def _node_exporter(self):
        port = free_port()
        command = ["prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{port}", "--no-collector.systemd",
                   f"--path.procfs={self.tree.root}/proc", f"--path.sysfs={self.tree.root}/sys"]
        node_exporter = self._add(Process("node_exporter", command))
        wait_until(lambda: node_exporter.running() and get(port, "/metrics")[0] == 200, "node_exporter")
        return port

    def _mixins(self, mode):
        """Their rules for the jobs of this mode, as a file."""
        with open(MIXINS, encoding="utf-8") as file:
            text = file.read()
        for name, selector in SELECTORS[mode].items():
            text = text.replace(f"${name}", selector)
        path = os.path.join(self.tree.root, f"mixins-{mode}.yaml")
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return path

    def _cadvisor(self):
        text = self.agents["replace"].metrics("/metrics/cadvisor")
        return "".join(
            line for line in text.splitlines(True) if CADVISOR.fullmatch(re.match(r"(?:# \w+ )?(\w+)", line)[1])
        )

    def _work(self):
        """Lines for every reason that a ledger can have, a kill, and a container that starts again."""
        for key in ("app", "run", "agent_main"):
            self._write(self.tree.log(key), "".join(cri(f'level=error msg="request {i} failed"') for i in range(LINES)))
        self._write(self.tree.log("side"), cri("an old line", ago=30 * 86400))
        for agent in self.agents.values():
            wait_until(lambda a=agent: a.samples("supercargo_events_total"), "the first look at containers")
            pending = {"output": "down", "container": "app.log"}
            wait_until(lambda a=agent: a.samples("supercargo_log_pending_bytes", **pending), "discovery")
            wait_until(
                lambda a=agent: a.samples("supercargo_log_read_bytes_total", **pending)[0][1] > 0, "a read file"
            )
        for prometheus in self.prometheus.values():
            periods = "container_cpu_cfs_periods_total"
            wait_until(lambda p=prometheus: p.query(periods), "a first sample, so that the next one is a rise")
        self.go_on()
        self.tree.kill("side")
        for agent in self.agents.values():
            wait_until(
                lambda a=agent: sum(it for _, it in a.samples("supercargo_pod_oom_kills_total")) > 0, "a kill")
        self.tree.start_again("side")
        self.tree.file("plain/app.log", "all that is left\n")
        os.truncate(self.tree.log("run"), 0)

    def go_on(self):
        """One container works and writes a line: rates and peaks tell of what goes on, not of what was."""
        self._turns += 1
        self.tree.use_cpu("app", self._turns)
        self._write(self.tree.log("app"), cri(f"turn {self._turns}"))

    @staticmethod
    def _write(path, text):
        with open(path, "a", encoding="utf-8") as log:
            log.write(text)
