"""compose.yaml and ecs-task.json: their configuration is right, they ask for no rights, and they run."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import yaml

import e2e_support
from e2e_support import BUILD, REPOSITORY, Process, free_port, get, wait_until
from test_image_root import build_root

AGENT = os.path.join(BUILD, "supercargo")
PACKAGING = os.path.join(REPOSITORY, "packaging")
PORT = 9655
SECRETS = {"LOKI_PASSWORD": "of the test"}


def scratch(clean_up):
    directory = tempfile.mkdtemp(prefix="supercargo-example-")
    clean_up(shutil.rmtree, directory, ignore_errors=True)
    return directory


class Compose:
    """What compose.yaml asks for, in the words that the tests share."""

    name = "compose.yaml"

    def __init__(self):
        with open(os.path.join(PACKAGING, "compose.yaml"), encoding="utf-8") as file:
            self.document = yaml.safe_load(file)
        service = self.service = self.document["services"]["supercargo"]
        self.config = self.document["configs"]["supercargo"]["content"].replace("$$", "$")
        self.config_file = service["configs"][0]["target"]
        self.mounts = [(mount["source"], mount["target"], mount.get("read_only", False))
                       for mount in service["volumes"]]
        self.command = service["command"]
        self.probe = service["healthcheck"]["test"]
        self.hardened = {
            "no capability": service["cap_drop"] == ["ALL"] and "cap_add" not in service,
            "no more rights": service["security_opt"] == ["no-new-privileges:true"],
            "read-only root": service["read_only"] is True,
            "not privileged": "privileged" not in service,
            "the host's network": service["network_mode"] == "host",
            "the host's processes": service["pid"] == "host",
        }
        self.named_volumes = set(self.document["volumes"])


class EcsTask:
    """Likewise, of ecs-task.json."""

    name = "ecs-task.json"

    def __init__(self):
        with open(os.path.join(PACKAGING, "ecs-task.json"), encoding="utf-8") as file:
            self.document = json.load(file)
        self.containers = {each["name"]: each for each in self.document["containerDefinitions"]}
        agent, writer = self.containers["supercargo"], self.containers["config"]
        self.config = {each["name"]: each["value"] for each in writer["environment"]}["CONFIG"]
        self.config_file = agent["command"][-1]
        sources = {each["name"]: each.get("host", {}).get("sourcePath") for each in self.document["volumes"]}
        self.mounts = [(sources[mount["sourceVolume"]], mount["containerPath"], mount["readOnly"])
                       for mount in agent["mountPoints"] if mount["sourceVolume"] != "config"]
        self.command = agent["command"]
        self.probe = agent["healthCheck"]["command"]
        self.hardened = {
            "no capability": agent["linuxParameters"]["capabilities"] == {"drop": ["ALL"]},
            "no more rights": agent["dockerSecurityOptions"] == ["no-new-privileges"],
            "read-only root": agent["readonlyRootFilesystem"] is True,
            "not privileged": agent["privileged"] is False,
            "the host's network": self.document["networkMode"] == "host",
            "the host's processes": self.document["pidMode"] == "host",
        }


def bundle(test, example, port):
    """What runc runs as the example asks for it, but on another port and with a data_dir of the test."""
    place, data = scratch(test.addCleanup), scratch(test.addCleanup)
    config = yaml.safe_load(example.config)
    config["http"]["listen"] = f"127.0.0.1:{port}"
    with open(os.path.join(place, "supercargo.yaml"), "w", encoding="utf-8") as out:
        json.dump(config, out)
    binds = [(os.path.join(place, "supercargo.yaml"), example.config_file, True)]
    for source, target, read_only in example.mounts:
        binds.append((source if read_only else data, target, read_only))
    subprocess.run(["runc", "spec", "--bundle", place], check=True)
    with open(os.path.join(place, "config.json"), encoding="utf-8") as file:
        spec = json.load(file)
    process = spec["process"]
    process.update(terminal=False, noNewPrivileges=True, capabilities={}, rlimits=[],
                   args=["/usr/bin/supercargo", *example.command])
    process["env"] += [f"{name}={value}" for name, value in SECRETS.items()]
    spec["root"] = {"path": test.root, "readonly": True}
    spec["mounts"] = [each for each in spec["mounts"] if each["destination"] in ("/proc", "/dev")]
    spec["mounts"] += [bound(*each) for each in binds]
    spec["linux"] = {"namespaces": [{"type": "mount"}, {"type": "ipc"}],
                     "cgroupsPath": "/" + os.path.basename(place)}
    del spec["hostname"]
    with open(os.path.join(place, "config.json"), "w", encoding="utf-8") as out:
        json.dump(spec, out)
    return place


def bound(source, target, read_only):
    options = ["rbind", "rprivate", "ro" if read_only else "rw"]
    return {"type": "bind", "source": source, "destination": target, "options": options}


class ExamplesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = build_root(cls.addClassCleanup)

    def test_the_configuration_is_accepted(self):
        for example in (Compose(), EcsTask()):
            with self.subTest(example.name):
                path = os.path.join(scratch(self.addCleanup), "supercargo.yaml")
                with open(path, "w", encoding="utf-8") as out:
                    out.write(example.config)
                done = subprocess.run([AGENT, "check", "--config", path], env={**os.environ, **SECRETS},
                                      capture_output=True, text=True, check=False)
                self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_it_asks_for_no_rights(self):
        for example in (Compose(), EcsTask()):
            with self.subTest(example.name):
                for what, holds in example.hardened.items():
                    self.assertTrue(holds, what)

    def test_the_host_is_mounted_read_only_where_the_configuration_looks_for_it(self):
        for example in (Compose(), EcsTask()):
            with self.subTest(example.name):
                config = yaml.safe_load(example.config)
                places = {target: (source, read_only) for source, target, read_only in example.mounts}
                self.assertEqual(places[config["host_root"]], ("/", True))
                written = {target for target, (_, read_only) in places.items() if not read_only}
                self.assertEqual(written, {config["data_dir"]})
                self.assertEqual(example.command, ["run", "--config", example.config_file])
                self.assertRegex(config["http"]["listen"], rf":{PORT}$")
                self.assertIn(f":{PORT}/healthz", example.probe[-1])
        self.assertLessEqual({"cursors"}, Compose().named_volumes)

    def test_the_secrets_of_the_task_are_those_that_the_configuration_names(self):
        task = EcsTask()
        named = set(re.findall(r"\$\{(\w+)\}", task.config))
        self.assertEqual({each["name"] for each in task.containers["supercargo"]["secrets"]}, named)

    def test_the_first_container_of_the_task_writes_the_configuration(self):
        task = EcsTask()
        writer, directory = task.containers["config"], scratch(self.addCleanup)
        mounted = [each["containerPath"] for each in writer["mountPoints"]]
        self.assertEqual(mounted, [os.path.dirname(task.config_file)])
        shell, option, script = writer["command"]
        path = os.path.join(directory, "supercargo.yaml")
        self.assertIn(task.config_file, script)
        subprocess.run([shell, option, script.replace(task.config_file, path)], check=True,
                       env={**os.environ, "CONFIG": task.config})
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), task.config)

    @unittest.skipUnless(os.geteuid() == 0, "needs root, for a container")
    def test_it_runs_and_tells_of_the_host(self):
        for example in (Compose(), EcsTask()):
            with self.subTest(example.name):
                with self.running(example) as (port, container):
                    shown = get(port, "/metrics")[1]
                    for text in ("filesystem_size_bytes{", "load1 ", "network_up{", "uname_info{"):
                        self.assertIn("\nnode_" + text, shown)
                    left_out = re.findall(r'unavailable\{collector="(cgroup|filesystem|uname|os)"', shown)
                    self.assertEqual(left_out, [])
                    probe = [word.replace(f":{PORT}/", f":{port}/") for word in example.probe[1:]]
                    asked = subprocess.run(container("exec") + probe, stdout=subprocess.DEVNULL, check=False)
                    self.assertEqual(asked.returncode, 0)

    @contextlib.contextmanager
    def running(self, example):
        port = free_port()
        place = bundle(self, example, port)
        name = os.path.basename(place)

        def container(verb, *options):
            return ["runc", "--root", os.path.join(place, "state"), verb, *options, name]

        agent = Process("example", container("run", "--bundle", place))
        try:
            wait_until(lambda: agent.running() and get(port, "/readyz")[0] == 200, agent.output, 60)
            yield port, container
        finally:
            subprocess.run(container("kill") + ["KILL"], check=False)
            wait_until(lambda: agent.child.poll() is not None, "the container to end")
            agent.remove()


if __name__ == "__main__":
    e2e_support.main(*(e2e_support.program_is_missing(name) for name in ("runc", "strip", "dpkg-query")))
