"""What the benchmarks share: the release build's programs, and what a process has cost as the kernel says."""

import json
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
os.environ.setdefault("SUPERCARGO_BUILD_DIR", os.path.join(HERE, "..", "..", "build", "release"))
import e2e_support  # noqa: E402  (needs the build directory)

GIB = 1 << 30
MIB = 1 << 20


def program(name):
    return os.path.join(e2e_support.BUILD, name)


def wait4(child):
    """(exit status, CPU seconds, peak RSS in bytes) of a child that has been told to end."""
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def cpu_seconds(pid):
    """User and system time up to now; in nanoseconds where the kernel tells, as ticks of 10 ms hide idle."""
    try:
        return sum(int(_task_file(pid, task, "schedstat").split()[0]) for task in _tasks(pid)) / 1e9
    except (OSError, IndexError):
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wakeups(pid):
    """How often its threads went to sleep of themselves, and so were woken."""
    return sum(
        int(line.split()[1])
        for task in _tasks(pid)
        for line in _task_file(pid, task, "status").splitlines()
        if line.startswith("voluntary_ctxt_switches")
    )


def peak_rss(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


def _tasks(pid):
    return os.listdir(f"/proc/{pid}/task")


def _task_file(pid, task, name):
    with open(f"/proc/{pid}/task/{task}/{name}", encoding="ascii") as file:
        return file.read()


class Meter:
    """CPU and wake-ups of a running process from now on."""

    def __init__(self, pid):
        self.pid = pid
        self.began, self.cpu, self.woken = time.monotonic(), cpu_seconds(pid), wakeups(pid)

    def read(self):
        seconds = time.monotonic() - self.began
        return {
            "cpu_percent": (cpu_seconds(self.pid) - self.cpu) / seconds * 100,
            "wakeups_per_second": (wakeups(self.pid) - self.woken) / seconds,
            "seconds": seconds,
        }


def ledger_totals(port, output=None):
    accounts = json.loads(e2e_support.get(port, "/ledger")[1])["accounts"]
    return {
        key: sum(account[key] for account in accounts if output in (None, account["output"]))
        for key in ("delivered_bytes", "delivered_lines", "repeated_lines", "pending_bytes")
    }


class LokiSink(e2e_support.Process):
    """Answers 204 at once and looks at nothing."""

    kind = "loki"

    def __init__(self):
        options = ["--listen", "127.0.0.1:0", "--discard", "--quiet"]
        super().__init__("sink", [program("loki_stand_in"), *options])
        self.port = int(self.first_line())

    @property
    def output_config(self):
        return {"name": "loki", "type": "loki", "url": f"http://127.0.0.1:{self.port}"}


class GelfSink(e2e_support.Process):
    """Reads TCP and throws it away."""

    kind = "gelf"

    def __init__(self):
        super().__init__("sink", [program("graylog_stand_in"), "--discard"])
        self.port = int(self.first_line().split()[1])

    @property
    def output_config(self):
        return {"name": "graylog", "type": "gelf", "url": f"tcp://127.0.0.1:{self.port}"}


def start_agent(host_root, outputs, **config):
    host = {"proc": "/proc", "sys": "/sys"}
    return e2e_support.Agent(host_root=host_root, host=host, log_level="warn", outputs=outputs, **config)
