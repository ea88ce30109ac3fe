"""How long a line of a new log file takes to the wire, beyond the time that a batch may wait for more."""

import json
import os
import shutil
import socket
import tempfile
import threading
import time

from bench_support import e2e_support, start_agent

BATCH_WAIT_SECONDS = 0.1


class GelfClock(threading.Thread):
    """A GELF TCP receiver that notes when each message came, by its text."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.arrived = {}

    def run(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                self._read(connection)

    def _read(self, connection):
        rest = b""
        while piece := connection.recv(1 << 16):
            now = time.monotonic()
            *messages, rest = (rest + piece).split(b"\0")
            for message in messages:
                self.arrived.setdefault(json.loads(message)["short_message"], now)

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def _write_new_file(directory, number):
    """As a runtime does for a new container; the time of the first line's write."""
    name = f"bench_new-{number}_{number:08d}-5555-6666-7777-888888888888"
    pod = os.path.join(directory, "var/log/pods", name, "app")
    os.makedirs(pod)
    with open(os.path.join(pod, "0.log"), "w", encoding="ascii") as log:
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
        written = time.monotonic()
        log.write(f"{stamp}.000000000Z stdout F first line of {number}\n")
    return written


def new_file_to_wire(files):
    """Seconds beyond batch_wait for each of so many new files, one after the other on a quiet node."""
    directory = tempfile.mkdtemp(prefix="supercargo-bench-latency-")
    os.makedirs(os.path.join(directory, "var/log/pods"))
    receiver = GelfClock()
    receiver.start()
    output = {
        "name": "graylog",
        "type": "gelf",
        "url": f"tcp://127.0.0.1:{receiver.port}",
        "batch_wait": f"{int(BATCH_WAIT_SECONDS * 1000)}ms",
    }
    agent = start_agent(directory, [output])
    written = {}
    try:
        for number in range(files):
            written[f"first line of {number}"] = _write_new_file(directory, number)
            time.sleep(0.05 + (number * 37 % 100) / 1000)  # at every phase of the agent's own turns
        arrived = receiver.arrived
        e2e_support.wait_until(lambda: len(arrived) == files, lambda: f"{len(arrived)} of {files}")
        return sorted(arrived[text] - began - BATCH_WAIT_SECONDS for text, began in written.items())
    finally:
        agent.remove()
        receiver.close()
        shutil.rmtree(directory, ignore_errors=True)
