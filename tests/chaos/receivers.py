"""The receivers, which can fail in all the ways that receivers do.

Owned by the driver (seed.py). All output goes to files in the run's directory, kept when the run fails.
"""

import json
import os
import subprocess

from processes import ORDER_SECONDS, Failure, free_port, http, start


def lines_of(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    # The last line may be torn by a kill; splitlines() would split at U+2028, too.
    for line in text.split("\n")[:-1]:
        yield json.loads(line, parse_float=str)


class Receiver:
    """A stand-in that can be killed and come back on its port; each life stores into a file of its own."""

    def __init__(self, name, directory):
        self.name = name
        self.directory = directory
        self.lives = 0
        self.child = None
        self.untaken = 0  # orders that it has not said to be done
        self.port = free_port()
        self.start()

    def store(self, life):
        return os.path.join(self.directory, f"{self.name}.{life}.jsonl")

    def start(self):
        self.lives += 1
        self.child = start(
            self.command(self.store(self.lives)),
            os.path.join(self.directory, f"{self.name}.log"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        if not self.child.stdout.readline():
            raise Failure(f"{self.name} does not start")
        os.set_blocking(self.child.stdout.fileno(), False)
        self.untaken = 0

    def down(self):
        self.child.kill()
        self.child.wait()

    def has_obeyed(self):
        """Whether all that it was told has had its effect: on a busy machine that takes seconds."""
        while self.untaken and self.child.stdout.readline():
            self.untaken -= 1
        if self.untaken and self.child.poll() is not None:
            raise Failure(f"{self.name} ended by itself")
        return not self.untaken

    def stop(self):
        """What it has accepted stands in its file afterwards."""
        self.child.terminate()
        self.child.wait(20)

    def stored(self):
        """The lines of all lives, in the order of arrival, as parsed JSON (numbers with a point as text)."""
        for life in range(1, self.lives + 1):
            yield from lines_of(self.store(life))


class Loki(Receiver):
    DAY = str(1000 * 86_400)

    def __init__(self, build, directory):
        self.program = os.path.join(build, "loki_stand_in")
        self.lost_silently = 0
        super().__init__("loki", directory)

    def command(self, store):
        limits = ("--max-age-s", self.DAY, "--max-future-s", self.DAY, "--max-behind-s", self.DAY)
        listen = f"127.0.0.1:{self.port}"
        files = ("--output", store, "--refused-output", f"{store}.refused", "--forget-lines")
        return [self.program, "--listen", listen, *files, *limits]

    def refused(self):
        """What each life refused, whenever it did, as parsed JSON with a reason."""
        return (line for life in range(1, self.lives + 1) for line in lines_of(self.store(life) + ".refused"))

    def down(self):
        self.count_silent()
        super().down()

    def stop(self):
        self.count_silent()
        super().stop()

    def count_silent(self):
        """Lines that a life threw away while it said that all was well, and did not store later."""
        status, text = http(self.port, "/stand-in/counters")
        self.lost_silently += json.loads(text)["lost_silently"] if status == 200 else 0

    def begin(self, fault):
        kind = fault["kind"]
        if kind == "down":
            return self.down()
        effects = {
            "slow": f"delay_ms={fault.get('delay_ms')}",
            "cut": f"cut_bytes={fault.get('bytes')}",
            "status": f"status={fault.get('status')}",
            "hang": "close=before&delay_ms=100000",
            "unanswered": "close=after",
        }
        path = f"/stand-in/fault?count=1000000&{effects[kind]}"
        status, text = http(self.port, path, "POST", ORDER_SECONDS)
        if status != 204:
            raise Failure(f"loki stand-in: {status} {text}")

    def end(self, fault):
        if fault["kind"] == "down":
            self.start()
        else:
            http(self.port, "/stand-in/lift", "POST", ORDER_SECONDS)


class Graylog(Receiver):
    # Less than the agent's confirm_after, with room for a busy machine.
    HOLD_MS = {"time": "250", "bytes": "0"}

    def __init__(self, build, directory, plan, name="graylog"):
        self.program = os.path.join(build, "graylog_stand_in")
        self.kind = plan["gelf"]
        self.bulk = ["--bulk"] if plan["gelf_bulk"] else []
        # Whoever answers by HTTP has answered for it.
        self.hold_ms = self.HOLD_MS[plan["confirm_by"]] if self.kind == "tcp" else "0"
        self.spare = None
        super().__init__(name, directory)

    def command(self, store):
        hold = ["--hold-ms", self.hold_ms, "--receive-buffer", "131072", *self.bulk]
        return [self.program, f"--{self.kind}", str(self.port), "--output", store, *hold]

    def url(self):
        return f"{self.kind}://127.0.0.1:{self.port}" + ("/gelf" if self.kind == "http" else "")

    def output_config(self):
        bulk = {"bulk": True} if self.bulk else {}
        if self.spare is None:
            return {"url": self.url(), **bulk}
        return {"url": self.url(), "failover_urls": [self.spare.url()], "failover_retry": "700ms", **bulk}

    def stored(self):
        """What it and its spare have, in the order of arrival."""
        if self.spare is None:
            return super().stored()
        spare = ({**message, "place": "spare"} for message in self.spare.stored())
        return sorted([*super().stored(), *spare], key=lambda message: message["received_ns"])

    def order(self, text):
        self.child.stdin.write(text.encode() + b"\n")
        self.child.stdin.flush()
        self.untaken += 1

    def begin(self, fault):
        if fault["kind"] == "down":
            self.down()
        elif fault["kind"] in ("cut", "body"):
            self.order(f"{fault['kind']} {fault['bytes']}")
        elif fault["kind"] == "status":
            self.order(f"http {fault['status']} {fault['retry_after'] or ''}".rstrip())
        else:
            self.order(fault["kind"])

    def end(self, fault):
        if fault["kind"] == "down":
            self.start()
        else:
            self.order("well")
