"""What the end-to-end tests share: the agent and its receivers as processes, waiting, and when a test is skipped.

A test is a program: `/usr/bin/python3 tests/e2e/test_x.py`, run by ctest. It ends with 77 and a line "SKIPPED: why"
where the machine cannot run it.
"""

import calendar
import collections
import ctypes
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("SUPERCARGO_BUILD_DIR", os.path.join(REPOSITORY, "build/dev"))
TOOLS = os.path.join(REPOSITORY, "build/tools/usr/bin")  # where ./dev setup unpacks programs
os.environ["PATH"] = os.pathsep.join([TOOLS, os.environ["PATH"], "/usr/sbin", "/sbin"])

SKIPPED = 77
SHARED_SECONDS = 1.05  # the agent gives scrapes within a second the same result
PR_SET_PDEATHSIG = 1


def main(*requirements):
    """Runs the tests of the calling file; each requirement is a function that tells what is missing, or None."""
    for requirement in requirements:
        reason = requirement()
        if reason:
            print(f"SKIPPED: {reason}")
            sys.exit(SKIPPED)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that everything is cleaned up
    unittest.main(verbosity=2)


def program_is_missing(name):
    return lambda: None if shutil.which(name) else f"the program {name} is not installed (./dev setup test)"


def wait_until(condition, what, seconds=30):
    """The first true value of condition(), asked ten times a second; else a failure that names what did not come."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what() if callable(what) else what}")
        time.sleep(0.1)


def settled(check, attempts=8):
    """What check() returns, tried anew for as long as two looks at this machine may differ by what others do to it:
    a second's end, a process, a mount or a cgroup of another test may stand between them, but not each time."""
    for _ in range(attempts - 1):
        try:
            return check()
        except AssertionError:
            time.sleep(SHARED_SECONDS)
    return check()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(port, path, headers=None):
    """(status, text) of a GET, or (0, reason) when nobody answers."""
    try:
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers or {})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error)


class Process:
    """A child that ends with this test. Its output goes to files in a directory of its own."""

    def __init__(self, name, command):
        self.directory = tempfile.mkdtemp(prefix=f"supercargo-e2e-{name}-")
        self.name = name
        self.command = command
        self.child = None
        self.start()

    def start(self):
        with open(self.path("stdout"), "ab") as out, open(self.path("stderr"), "ab") as err:
            self.child = subprocess.Popen(
                self.command, stdout=out, stderr=err, stdin=subprocess.DEVNULL, preexec_fn=die_with_parent
            )

    def path(self, name):
        return os.path.join(self.directory, name)

    def output(self, name="stdout"):
        with open(self.path(name), encoding="utf-8", errors="replace") as file:
            return file.read()

    def first_line(self):
        return wait_until(
            lambda: self.running() and "\n" in self.output() and self.output().split("\n")[0],
            lambda: f"the first line of {self.name}; it said: {self.output('stderr')[-2000:]}",
        )

    def running(self):
        if self.child.poll() is not None:
            raise AssertionError(
                f"{self.name} ended with {self.child.returncode}: {self.output('stderr')[-4000:]}"
            )
        return True

    def kill(self):
        self.child.kill()
        self.child.wait()

    def stop(self, seconds=30):
        """SIGTERM; the exit status."""
        self.child.terminate()
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.name} did not end within {seconds} s after SIGTERM") from None

    def remove(self):
        if self.child.poll() is None:
            self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class LokiStandIn(Process):
    def __init__(self, *options):
        super().__init__("loki", [os.path.join(BUILD, "loki_stand_in"), *options])
        self.port = int(self.first_line())

    @property
    def output_config(self):
        return {"name": "loki", "type": "loki", "url": f"http://127.0.0.1:{self.port}"}

    def counters(self):
        return json.loads(get(self.port, "/stand-in/counters")[1])

    def lines(self):
        """What was stored, in the order of arrival."""
        text = get(self.port, "/stand-in/lines")[1]
        return [json.loads(line) for line in text.split("\n") if line]  # splitlines() splits at U+2028, too

    def by_stream(self):
        """{(namespace, pod, container, stream): [(nanoseconds, text)]}, without events of containers."""
        streams = collections.defaultdict(list)
        for line in self.lines():
            labels = line["labels"]
            if "source" in labels:
                continue
            key = tuple(labels[name] for name in ("namespace", "pod", "container", "stream"))
            streams[key].append((line["time_ns"], line["line"]))
        return streams


class GraylogStandIn(Process):
    def __init__(self):
        directory = tempfile.mkdtemp(prefix="supercargo-e2e-graylog-")
        self.messages_file = os.path.join(directory, "messages.jsonl")
        super().__init__(
            "graylog", [os.path.join(BUILD, "graylog_stand_in"), "--output", self.messages_file]
        )
        self.addresses = dict(zip(*[iter(self.first_line().split())] * 2))  # "tcp 1 udp 2 http 3"

    @property
    def output_config(self):
        return {"name": "graylog", "type": "gelf", "url": f"tcp://127.0.0.1:{self.addresses['tcp']}"}

    def messages(self):
        with open(self.messages_file, encoding="utf-8") as file:
            text = file.read()
        return [json.loads(line) for line in text[: text.rfind("\n") + 1].split("\n") if line]

    def by_stream(self):
        """{(namespace, pod, container, stream): [(seconds, text)]}, without events of containers."""
        streams = collections.defaultdict(list)
        for message in self.messages():
            if "_supercargo_source" in message:
                continue
            key = tuple(message[name] for name in ("_namespace", "_pod", "_container", "_stream"))
            text = message.get("full_message", message["short_message"])
            streams[key].append((message["timestamp"], text))
        return streams

    def remove(self):
        super().remove()
        shutil.rmtree(os.path.dirname(self.messages_file), ignore_errors=True)


class Agent(Process):
    """`supercargo run` with a configuration of its own and a data directory that outlives kill() and start()."""

    def __init__(self, **config):
        directory = tempfile.mkdtemp(prefix="supercargo-e2e-data-")
        self.data_directory = directory
        self.port = int(config.get("http", {}).get("listen", f":{free_port()}").rpartition(":")[2])
        settings = {
            "data_dir": os.path.join(directory, "data"),
            "node_name": "node-e2e",
            "http": {"listen": f"127.0.0.1:{self.port}"},
            **config,
        }
        config_file = os.path.join(directory, "supercargo.yaml")
        with open(config_file, "w", encoding="utf-8") as out:
            json.dump(settings, out)  # JSON is YAML
        super().__init__("agent", [os.path.join(BUILD, "supercargo"), "run", "--config", config_file])
        try:
            self.wait_until_ready()
        except BaseException:  # nobody has it yet who could remove it
            self.remove()
            raise

    def wait_until_ready(self):
        wait_until(
            lambda: self.running() and get(self.port, "/readyz")[0] == 200,
            lambda: f"/readyz: {get(self.port, '/readyz')}, log: {self.output('stderr')[-4000:]}",
        )

    def restart_after_kill(self):
        self.start()
        self.wait_until_ready()

    def metrics(self, path="/metrics"):
        status, text = get(self.port, path)
        assert status == 200, (status, text)
        return text

    def samples(self, name, **labels):
        """[(labels, value)] of a metric, of those samples that have the given labels."""
        found = []
        for line in self.metrics().splitlines():
            match = re.fullmatch(re.escape(name) + r"(?:\{(.*)\})? ([^ ]+)", line)
            if not match:
                continue
            pairs = dict(re.findall(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"', match.group(1) or ""))
            if labels.items() <= pairs.items():
                found.append((pairs, float(match.group(2))))
        return found

    def remove(self):
        super().remove()
        shutil.rmtree(self.data_directory, ignore_errors=True)


def bed_config(bed):
    """The agent's configuration for the containers of a ContainerdBed on this machine's kernel."""
    return {
        "host_root": bed.host_root,
        "host": {"proc": "/proc", "sys": "/sys"},
        "logs": {"sources": [{"type": "kubernetes", "path": "/var/log/pods", "start_at": "beginning"}]},
    }


def read_cri_files(paths):
    """{stream: [(nanoseconds, text)]} of CRI files in their order, partial records joined under the time of the first: what must
    arrive."""
    streams = collections.defaultdict(list)
    open_records = {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for record in file.read().split("\n")[:-1]:
                stamp, stream, flag, text = record.split(" ", 3)
                first_stamp, before = open_records.pop(stream, (stamp, ""))
                if flag == "P":
                    open_records[stream] = (first_stamp, before + text)
                else:
                    streams[stream].append((unix_nanoseconds(first_stamp), before + text))
    assert not open_records, f"an open partial record at the end of {paths}"
    return streams


def unix_nanoseconds(stamp):
    """Of `2026-11-22T14:37:04.94935158Z`."""
    seconds, _, fraction = stamp.rstrip("Z").partition(".")
    whole = calendar.timegm(time.strptime(seconds, "%Y-%m-%dT%H:%M:%S"))
    return whole * 1_000_000_000 + int((fraction + "000000000")[:9])
