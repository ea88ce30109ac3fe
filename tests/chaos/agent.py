"""The agent as a process: its lives, and what is done to it. Owned by the driver (seed.py)."""

import json
import os
import signal
import subprocess

from processes import Failure, free_port, http, start

# What happened last to an agent that cannot answer.
NOT_UP = ("start", "killed", "ended", "SIGSTOP", "checkpoint damaged", "few descriptors")

# More than the receiver's socket buffer, as the reference says; and so many that time alone counts.
CONFIRM_BYTES = {"bytes": "1MiB", "time": "16MiB"}


class Agent:
    """`supercargo run`, its lives, and what is done to it."""

    def __init__(self, build, directory, plan, control, receivers, now):
        self.directory = directory
        self.build = build
        self.plan = plan
        self.control = control
        self.receivers = receivers
        self.now = now
        self.port = free_port()
        self.data = os.path.join(directory, "data")
        self.log = os.path.join(directory, "agent.log")
        self.lives = 0
        self.child = None
        self.peak_kib = 0
        self.timeline = []  # [(when, what)]
        self.preload = self.preloaded()
        self.sanitized = len(self.preload) > 1

    def note(self, what):
        self.timeline.append((self.now(), what))

    def write_config(self):
        kib = self.plan["batch_kib"]
        quick = {"batch_wait": "100ms", "request_timeout": "1500ms", "batch_bytes": f"{kib}KiB"}
        quick["backoff"] = {"initial": "50ms", "max": "400ms"}
        settings = {
            "data_dir": self.data,
            "node_name": "node-chaos",
            "host_root": os.path.join(self.directory, "root"),
            "host": {"proc": "/proc", "sys": "/sys"},
            "http": {"listen": f"127.0.0.1:{self.port}"},
            "metrics": {"mode": "none"},
            "shutdown_timeout": "5s",
            "logs": {
                **self.plan["bounds"],
                "partial_idle": "3s",
                "sources": [
                    {"type": "kubernetes", "path": "/var/log/pods"},
                    {"type": "docker", "path": "/var/lib/docker/containers"},
                    {"type": "files", "path": "/var/log/nginx/*.log"},
                ],
            },
            "outputs": [
                {
                    "name": "loki",
                    "type": "loki",
                    "url": f"http://127.0.0.1:{self.receivers['loki'].port}",
                    "tenant": f"life-{self.lives}",
                    **quick,
                },
                {
                    "name": "graylog",
                    "type": "gelf",
                    **self.receivers["graylog"].output_config(),
                    "static_fields": {"life": f"life-{self.lives}"},
                    "confirm_after": "1500ms",
                    "confirm_bytes": CONFIRM_BYTES[self.plan["confirm_by"]],
                    **quick,
                },
            ],
        }
        if self.plan["rate_limit"]:
            settings["logs"]["rate_limits"] = {"container": self.plan["rate_limit"]}
        with open(self.config_path(), "w", encoding="utf-8") as out:
            json.dump(settings, out, indent=1)  # JSON is YAML

    def config_path(self):
        return os.path.join(self.directory, "supercargo.yaml")

    def launch(self):
        self.lives += 1
        self.write_config()
        environment = {
            "LD_PRELOAD": " ".join(self.preload),
            "SUPERCARGO_CHAOS_FILE": self.control.path,
            "TSAN_OPTIONS": "exitcode=0",  # the log is looked through
        }
        with open(self.log, "a", encoding="utf-8") as log:
            log.write(f"--- life {self.lives} at {self.now():.2f} s\n")
        self.note("start")
        program = os.path.join(self.build, "supercargo")
        self.child = start([program, "run", "--config", self.config_path()], self.log, environment)

    def start(self):
        """Generator: sleeps until the agent is ready."""
        self.launch()
        end = self.now() + 60
        while not (self.alive() and http(self.port, "/readyz")[0] == 200):
            if self.now() > end:
                raise Failure("the agent is not ready within 60 s")
            yield 0.02
        self.note("ready")

    def preloaded(self):
        """A sanitizer's library must come before ours."""
        library = os.path.join(self.build, "tests/support/libsupercargo_chaos_preload.so")
        listing = subprocess.run(
            ["ldd", os.path.join(self.build, "supercargo")], capture_output=True, text=True, check=False
        ).stdout
        words = [word for word in listing.split() if word.startswith("/")]
        sanitizers = [word for word in words if "asan" in word or "tsan" in word]
        return sanitizers + [library]

    def is_up(self):
        """And answers."""
        return self.timeline[-1][1] not in NOT_UP

    def alive(self):
        if self.child.poll() is not None:
            raise Failure(f"the agent ended by itself with status {self.child.returncode}")
        return True

    def log_text(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def look(self):
        """Before it ends: how much memory it had at most."""
        try:
            with open(f"/proc/{self.child.pid}/status", encoding="ascii") as file:
                peak = next(line for line in file if line.startswith("VmHWM"))
            self.peak_kib = max(self.peak_kib, int(peak.split()[1]))
        except (OSError, StopIteration):
            pass

    def kill(self):
        self.alive()
        self.look()
        self.child.kill()
        self.child.wait()
        self.note("killed")

    def terminate(self, seconds=60):
        """Generator: sleeps until the agent has ended."""
        self.alive()
        self.look()
        self.note("asked to end")
        self.child.terminate()
        end = self.now() + seconds
        while self.child.poll() is None:
            if self.now() > end:
                raise Failure(f"the agent did not end within {seconds} s after SIGTERM")
            yield 0.02
        self.note("ended")
        if self.child.returncode != 0:
            raise Failure(f"the agent ended with status {self.child.returncode} after SIGTERM")

    def signal(self, number):
        self.alive()
        self.child.send_signal(number)
        self.note(signal.Signals(number).name)

    def ledger(self):
        status, text = http(self.port, "/ledger", timeout=2)
        return json.loads(text)["accounts"] if status == 200 else None
