"""Load for end-to-end tests and tests/bench/bounds.py: receivers that hang, noise, and a quiet container."""

import os
import socket
import threading
import time

TEXT = "level=info id=4f1c seq=1 GET served connection from upstream timeout user session cache miss order "


def log_file(root, pod):
    """The path of a container's log below a host's root; its directory is made."""
    directory = os.path.join(root, "var/log/pods", f"shop_{pod}_uid-{pod}", "app")
    os.makedirs(directory, exist_ok=True)
    return os.path.join(directory, "0.log")


def cri_line(text, stream="stdout", tag="F"):
    now = time.time_ns()
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now // 10**9)) + f".{now % 10**9:09d}Z"
    return f"{stamp} {stream} {tag} {text}\n"


class Deaf:
    """Accepts every connection, reads at most so many bytes a second of all together, never answers."""

    def __init__(self, bytes_per_second=0):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.rate = bytes_per_second
        self.connections = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        self.listener.settimeout(0.05)
        while True:
            try:
                connection = self.listener.accept()[0]
                connection.setblocking(False)
                self.connections.append(connection)
            except TimeoutError:
                pass
            except OSError:
                return
            for connection in self.connections if self.rate else []:
                try:
                    connection.recv(max(1, self.rate // 20 // len(self.connections)))
                except (OSError, ValueError):  # nothing there, or closed by remove()
                    pass

    def remove(self):
        for part in (self.listener, *self.connections):
            part.close()


class Noise(threading.Thread):
    """Writes to one file as fast as told, from a backlog on."""

    def __init__(self, path, backlog_bytes, bytes_per_second):
        super().__init__(daemon=True)
        self.path = path
        self.rate = bytes_per_second
        self.written = 0
        self.stopping = threading.Event()
        self.write(backlog_bytes)

    def write(self, count):
        piece = cri_line(TEXT) * 4000
        with open(self.path, "a", encoding="ascii", buffering=1 << 20) as file:
            while count > 0:
                file.write(piece)
                count -= len(piece)
                self.written += len(piece)

    def run(self):
        begin, before = time.monotonic(), self.written
        while not self.stopping.wait(0.05):
            self.write(int((time.monotonic() - begin) * self.rate) - (self.written - before))

    def stop(self):
        self.stopping.set()
        self.join()


def quiet_latencies(path, count, interval, received):
    """Writes `quiet <n>` lines, one each `interval` seconds; the seconds until each was among the texts that
    received() gives, in order."""
    written, arrived = [], {}
    end = None
    while len(arrived) < count:
        now = time.monotonic()
        if len(written) < count and (not written or now - written[-1] >= interval):
            with open(path, "a", encoding="ascii") as file:
                file.write(cri_line(f"quiet {len(written)}"))
            written.append(now)
            end = now + 60
        for text in received():
            if text.startswith("quiet "):
                arrived.setdefault(int(text.split()[1]), time.monotonic())
        assert now < end, f"{count - len(arrived)} of {count} lines have not arrived after a minute"
        time.sleep(0.02)
    return [arrived[n] - written[n] for n in range(count)]


def percentile(values, percent):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
