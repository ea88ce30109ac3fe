"""What the agent tells of a real systemd, beside node_exporter's own collector and beside systemctl.

The units below have every kind of value: states, types, restarts, tasks, a timer that has struck, a socket that has
accepted and refused.
"""

import calendar
import os
import re
import shutil
import socket
import tempfile
import time
import unittest

import e2e_support
import systemd_bed
from e2e_support import SHARED_SECONDS, Agent, Process, free_port, get, settled, wait_until
from test_node_exporter import PROGRAM, parse

UNITS = {
    "steady.service": "[Unit]\nAfter=gone.service\n[Service]\nExecStart=sleep infinity\n",
    "odd\\x2dname.service": "[Service]\nType=exec\nExecStart=sleep infinity\n",
    "broken.service": "[Service]\nType=oneshot\nExecStart=false\n",
    "restless.service": "[Unit]\nStartLimitBurst=3\n[Service]\nRestart=on-failure\nRestartSec=50ms\nExecStart=false\n",
    "tick.timer": "[Timer]\nOnActiveSec=1ms\nAccuracySec=1ms\nRemainAfterElapse=yes\n",
    "tick.service": "[Service]\nType=oneshot\nExecStart=true\n",
    "door.socket": "[Socket]\nListenStream=%t/door\nAccept=yes\nMaxConnections=2\n",
    "door@.service": "[Service]\nStandardInput=socket\nExecStart=cat\n",
}

FLAGS = ("restarts-metrics", "start-time-metrics", "task-metrics")


class NodeExporter(Process):
    """With the bus of the bed in the place of the system's."""

    def __init__(self, bed):
        self.port = free_port()
        super().__init__("node-exporter", [
            "env", f"DBUS_SYSTEM_BUS_ADDRESS=unix:path={bed.path('dbus/system_bus_socket')}", PROGRAM,
            f"--web.listen-address=127.0.0.1:{self.port}", "--collector.disable-defaults", "--collector.systemd",
            "--collector.systemd.unit-include=.+",
            r"--collector.systemd.unit-exclude=.+\.(automount|device|mount|scope|slice)",
            *[f"--collector.systemd.enable-{flag}" for flag in FLAGS],
        ])
        wait_until(lambda: self.running() and get(self.port, "/")[0] == 200, "node_exporter")

    def families(self):
        return parse(get(self.port, "/metrics")[1])


def of_systemd(families):
    return {name: family for name, family in families.items() if name.startswith("node_systemd_")}


def seconds_of(text):
    """Since 1970, of a time as systemctl shows it: Mon 2026-11-23 08:36:56 UTC."""
    return calendar.timegm(time.strptime(text, "%a %Y-%m-%d %H:%M:%S UTC"))


def agent_of(run_directory, profile="full", **metrics):
    return Agent(logs={"sources": []}, host={"run": run_directory}, metrics={"profile": profile, **metrics})


class SystemdTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bed = systemd_bed.SystemdBed(UNITS)
        cls.bed.__enter__()
        cls.addClassCleanup(cls.bed.stop)
        cls.visitors = [socket.socket(socket.AF_UNIX) for _ in range(3)]  # one more than are let in
        for visitor in cls.visitors:
            cls.addClassCleanup(visitor.close)
            visitor.connect(cls.bed.path("door"))
        wait_until(cls.settled, lambda: f"the units to do what they are for: {cls.bed.units()} {cls.bed.output()}")
        cls.agent = agent_of(cls.bed.run_directory)
        cls.addClassCleanup(cls.agent.remove)
        cls.original = NodeExporter(cls.bed)
        cls.addClassCleanup(cls.original.remove)

    @classmethod
    def settled(cls):
        door = cls.bed.show("door.socket")
        return (
            (door["NAccepted"], door["NConnections"]) == ("2", "2")
            and cls.bed.show("restless.service")["ActiveState"] == "failed"
            and cls.bed.show("tick.timer")["LastTriggerUSec"].endswith(" UTC")
            and not cls.bed.jobs()
        )

    def ours(self, agent=None):
        return of_systemd(parse((agent or self.agent).metrics()))

    def test_families_types_help_labels_and_values_are_those_of_node_exporter(self):
        ours, theirs = settled(self.equal_families)
        # Without the controller pids on cgroup v2 systemd does not know how many tasks there are.
        counts_tasks = self.bed.show("steady.service")["TasksCurrent"].isdigit()
        self.assertEqual(len(theirs), 12 if counts_tasks else 11)
        for name, family in theirs.items():
            with self.subTest(name):
                self.assertGreater(len(family.samples), 0)
                self.assertEqual((ours[name].type, ours[name].help), (family.type, family.help))

    def equal_families(self):
        ours, theirs = self.ours(), of_systemd(self.original.families())
        self.assertEqual(
            {name: family.samples for name, family in ours.items()},
            {name: family.samples for name, family in theirs.items()},
        )
        return ours, theirs

    def value(self, ours, family, **labels):
        found = [
            value for (_, pairs), value in ours["node_systemd_" + family].samples.items()
            if labels.items() <= dict(pairs).items()
        ]
        self.assertEqual(len(found), 1, (family, labels, found))
        return found[0]

    def test_values_are_those_of_systemctl(self):
        settled(self.values_of_systemctl)

    def values_of_systemctl(self):
        ours = self.ours()
        manager = self.bed.show()
        self.assertEqual(self.value(ours, "version", version=manager["Version"]), float(
            re.match(r"\d+(\.\d+)?", manager["Version"]).group()))
        self.assertEqual(manager["SystemState"], "degraded")
        self.assertEqual(self.value(ours, "system_running"), 0)
        units = self.bed.units()
        for state in {"active", "activating", "deactivating", "inactive", "failed"}:
            self.assertEqual(
                self.value(ours, "units", state=state), len([unit for unit in units if unit[2] == state]), state)
        told = {dict(pairs)["name"] for _, pairs in ours["node_systemd_unit_state"].samples}
        excluded = (".automount", ".device", ".mount", ".scope", ".slice")
        loaded = {name for name, load, _ in units if load == "loaded" and not name.endswith(excluded)}
        self.assertEqual({name.replace("\\\\", "\\") for name in told}, loaded)
        self.assertIn(("gone.service", "not-found", "inactive"), units)

    def test_properties_are_those_of_systemctl(self):
        ours = self.ours()
        for name in ("steady.service", "broken.service", "restless.service", "tick.service", "dbus.service"):
            shown = self.bed.show(name)
            with self.subTest(name):
                self.assertEqual(
                    self.value(ours, "unit_state", name=name, state=shown["ActiveState"], type=shown["Type"]), 1)
                self.assertEqual(self.value(ours, "service_restart_total", name=name), int(shown["NRestarts"]))
                self.assertEqual(self.value(ours, "unit_tasks_max", name=name), int(shown["TasksMax"]))
        self.assertGreater(self.value(ours, "service_restart_total", name="restless.service"), 1)
        steady = self.bed.show("steady.service")
        if steady["TasksCurrent"].isdigit():
            self.assertEqual(self.value(ours, "unit_tasks_current", name="steady.service"), int(steady["TasksCurrent"]))
        self.assertEqual(
            int(self.value(ours, "unit_start_time_seconds", name="steady.service")),
            seconds_of(steady["ActiveEnterTimestamp"]))
        self.assertEqual(
            int(self.value(ours, "timer_last_trigger_seconds", name="tick.timer")),
            seconds_of(self.bed.show("tick.timer")["LastTriggerUSec"]))
        door = self.bed.show("door.socket")
        for family, shown in (("accepted_connections_total", "NAccepted"), ("current_connections", "NConnections"),
                              ("refused_connections_total", "NRefused")):
            self.assertEqual(self.value(ours, "socket_" + family, name="door.socket"), int(door[shown]))

    def test_without_a_bus_systemd_itself_tells_the_same(self):
        directory = tempfile.mkdtemp(prefix="supercargo-e2e-run-")
        self.addCleanup(shutil.rmtree, directory, ignore_errors=True)
        os.symlink(self.bed.path("systemd"), os.path.join(directory, "systemd"))
        agent = agent_of(directory)
        self.addCleanup(agent.remove)

        def check():
            told = [{name: family.samples for name, family in self.ours(one).items()} for one in (agent, self.agent)]
            self.assertTrue(told[0])
            self.assertEqual(*told)

        settled(check)

    def test_a_stopped_systemd_costs_its_own_samples_and_a_moment(self):
        agent = agent_of(self.bed.run_directory)
        self.addCleanup(agent.remove)
        self.assertTrue(self.ours(agent))
        self.bed.suspend()
        try:
            seconds = []
            for _ in range(2):
                time.sleep(SHARED_SECONDS)
                start = time.monotonic()
                families = parse(agent.metrics())
                seconds.append(time.monotonic() - start)
                self.assertEqual(of_systemd(families), {})
                self.assertIn("node_load1", families)
                success = families["node_scrape_collector_success"].samples
                self.assertEqual(success["node_scrape_collector_success", (("collector", "systemd"),)], 0)
            self.assertLess(seconds[0], 5)
            self.assertLess(seconds[1], 0.9, "the second scrape does not wait for the first one's answer")
        finally:
            self.bed.resume()
        wait_until(lambda: time.sleep(SHARED_SECONDS) or self.ours(agent), "systemd's answer")

    def test_libsystemd_is_loaded_by_those_only_who_ask(self):
        quiet = agent_of(self.bed.run_directory, "default")
        self.addCleanup(quiet.remove)
        asking = agent_of(self.bed.run_directory, "minimal", node={"enabled_collectors": ["systemd"]})
        self.addCleanup(asking.remove)
        self.assertEqual(self.ours(quiet), {})
        self.assertIn("node_systemd_unit_state", self.ours(asking))
        loaded = []
        for agent in (quiet, asking):
            with open(f"/proc/{agent.child.pid}/maps", encoding="utf-8") as maps:
                loaded.append("libsystemd" in maps.read())
        self.assertEqual(loaded, [False, True])


if __name__ == "__main__":
    e2e_support.main(systemd_bed.what_is_missing, e2e_support.program_is_missing(PROGRAM))
