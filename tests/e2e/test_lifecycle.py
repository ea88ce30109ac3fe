"""What happens to containers between scrapes: counted in metrics, and told to the outputs once, with labels."""

import hashlib
import json
import os
import shutil
import signal
import tempfile
import unittest

import e2e_support
from e2e_support import Agent, GraylogStandIn, LokiStandIn, wait_until

UID = "0a27611d-ea54-405f-9b1c-0123456789ab"
POD = f"kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{UID.replace('-', '_')}.slice"
EVENTS = {"source": "supercargo_events"}


def container_id(name):
    return hashlib.sha256(name.encode()).hexdigest()


class Machine:
    """A tree of v2 cgroups and of log links, as the kernel and the kubelet make them."""

    def __init__(self):
        self.root = tempfile.mkdtemp(prefix="supercargo-e2e-host-")
        for cgroup in ("", "kubepods.slice", os.path.dirname(POD), POD):
            self.cgroup(cgroup)
        os.makedirs(f"{self.root}/var/log/pods/shop_web_{UID}")
        os.makedirs(f"{self.root}/var/log/containers")

    def write(self, path, text):
        with open(f"{self.root}/{path}", "w", encoding="utf-8") as out:
            out.write(text)

    def cgroup(self, path):
        os.makedirs(f"{self.root}/sys/fs/cgroup/{path}", exist_ok=True)
        self.write(f"sys/fs/cgroup/{path}/cgroup.controllers", "cpu memory pids\n")
        self.write(f"sys/fs/cgroup/{path}/cpu.stat", "usage_usec 250000\n")
        self.write(f"sys/fs/cgroup/{path}/memory.current", "4096000\n")
        self.kills(path, 0)

    def kills(self, path, count):
        self.write(f"sys/fs/cgroup/{path}/memory.events", f"max 9\noom 9\noom_kill {count}\n")

    def start(self, name):
        self.cgroup(f"{POD}/cri-containerd-{container_id(name)}.scope")
        log = f"/var/log/pods/shop_web_{UID}/app"
        os.makedirs(self.root + log, exist_ok=True)
        self.write(f"{log[1:]}/0.log", "")
        link = f"{self.root}/var/log/containers/web_shop_app-{container_id(name)}.log"
        os.symlink(f"{log}/0.log", link)

    def end(self, name):
        shutil.rmtree(f"{self.root}/sys/fs/cgroup/{POD}/cri-containerd-{container_id(name)}.scope")

    def remove(self):
        shutil.rmtree(self.root, ignore_errors=True)


class LifecycleTest(unittest.TestCase):
    def setUp(self):
        self.machine = self.add(Machine())
        self.loki = self.add(LokiStandIn())

    def add(self, part):
        self.addCleanup(part.remove)
        return part

    def start_agent(self, *outputs, **logs):
        root = self.machine.root
        agent = self.add(
            Agent(
                host_root=root,
                host={"proc": "/proc"},
                outputs=list(outputs) or [self.loki.output_config],
                logs={"sources": [{"type": "kubernetes", "path": "/var/log/pods"}], **logs},
            )
        )
        self.wait_for_watch(agent)
        return agent

    def wait_for_watch(self, agent):
        wait_until(lambda: agent.samples("supercargo_events_total"), "the watch's first look")

    def reload(self, agent):
        before = agent.output("stderr").count("Configuration taken over.")
        agent.child.send_signal(signal.SIGHUP)
        wait_until(lambda: agent.output("stderr").count("Configuration taken over.") > before, "a reload")

    def events(self):
        """[(event, labels, fields)] in order of arrival."""
        lines = [line for line in self.loki.lines() if line["labels"].get("source") == "supercargo_events"]
        return [(json.loads(line["line"])["event"], line["labels"], json.loads(line["line"])) for line in lines]

    def kill_and_end(self, name, kills):
        self.machine.start(name)
        path = f"{POD}/cri-containerd-{container_id(name)}.scope"
        self.machine.kills(path, 1)
        self.machine.kills(POD, kills)
        self.machine.end(name)

    def test_a_short_life_is_told_once_with_its_labels_and_counted(self):
        agent = self.start_agent()
        self.kill_and_end("first", 1)
        wait_until(lambda: len(self.events()) >= 3, lambda: f"three events, not {self.events()}")
        self.assertEqual([event for event, _, _ in self.events()], ["container_start", "oom_kill", "container_exit"])
        for _, labels, fields in self.events():
            expected = {"namespace": "shop", "pod": "web", "container": "app", **EVENTS}
            self.assertEqual({name: labels[name] for name in expected}, expected)
            self.assertEqual(fields["container_id"], container_id("first"))
        self.assertEqual(agent.samples("supercargo_pod_oom_kills_total", pod="web")[0][1], 1)
        self.assertEqual(agent.samples("supercargo_container_exits_total", container="app")[0][1], 1)
        self.assertEqual(agent.samples("supercargo_ended_container_oom_kills", container="app")[0][1], 1)
        ledger = dict(output="loki", container="supercargo_events")
        wait_until(lambda: agent.samples("supercargo_log_delivered_lines_total", **ledger)[0][1] == 3, "the ledger")
        self.assertEqual(agent.stop(), 0)
        agent.restart_after_kill()
        self.wait_for_watch(agent)
        self.kill_and_end("second", 2)
        wait_until(lambda: len(self.events()) >= 6, lambda: f"six events, not {self.events()}")
        self.assertEqual(len(self.events()), 6, "what was told before the restart is not told again")

    def test_events_wait_for_an_output_that_is_down(self):
        port = self.loki.port
        agent = self.start_agent(self.loki.output_config)
        self.loki.kill()
        self.kill_and_end("first", 1)
        wait_until(lambda: agent.samples("supercargo_events_total", event="container_exit")[0][1] == 1, "an exit")
        agent.kill()
        self.loki = self.add(LokiStandIn("--listen", f"127.0.0.1:{port}"))
        agent.restart_after_kill()
        wait_until(lambda: len(self.events()) >= 3, lambda: f"three events, not {self.events()}")

    def test_graylog_has_them_with_a_field_and_they_can_be_switched_off(self):
        graylog = self.add(GraylogStandIn())
        self.start_agent(graylog.output_config)
        self.kill_and_end("first", 1)
        wait_until(lambda: len(graylog.messages()) >= 3, "three messages")
        sources = {message["_supercargo_source"] for message in graylog.messages()}
        self.assertEqual(sources, {"supercargo_events"})
        quiet = self.start_agent(events=False)
        self.kill_and_end("second", 2)
        wait_until(
            lambda: [value for _, value in quiet.samples("supercargo_container_exits_total")] == [1], "an exit"
        )
        self.assertEqual(quiet.samples("supercargo_events_total", event="container_exit")[0][1], 0)
        self.assertFalse(os.path.exists(os.path.join(quiet.data_directory, "data/supercargo_events")))

    def test_a_reload_neither_misses_nor_repeats(self):
        agent = self.start_agent()
        for number in range(1, 6):
            self.kill_and_end(f"container-{number}", number)
            self.reload(agent)
        wait_until(lambda: len(self.events()) >= 15, lambda: f"15 events, not {len(self.events())}")
        self.assertEqual(agent.samples("supercargo_pod_oom_kills_total", pod="web")[0][1], 5)
        self.assertEqual(agent.samples("supercargo_container_starts_total", container="app")[0][1], 5)
        self.assertEqual(len(self.events()), 15)


if __name__ == "__main__":
    e2e_support.main()
