"""Receivers that fail, an agent that is killed, files that rotate: every line arrives, first deliveries in order."""

import json
import os
import shutil
import socket
import struct
import tempfile
import threading
import time
import unittest

import e2e_support
from e2e_support import Agent, GraylogStandIn, LokiStandIn, wait_until

RUN_SECONDS = 11
ROTATE_BYTES = 200_000
LINES_PER_SECOND = 1000


class Container(threading.Thread):
    """Writes CRI lines with ascending numbers; rotates as kubelet does: a rename, and the new file a moment later."""

    def __init__(self, root, pod):
        super().__init__(daemon=True)
        self.key = ("shop", pod, "app", "stdout")
        self.directory = os.path.join(root, "var/log/pods", f"shop_{pod}_uid-{pod}", "app")
        os.makedirs(self.directory)
        self.written = 0
        self.rotations = 0
        self.stopping = threading.Event()

    def run(self):
        file = self.open()
        begin = time.monotonic()
        while not self.stopping.wait(0.01):
            self.write(file, int((time.monotonic() - begin) * LINES_PER_SECOND) - self.written)
            if file.tell() > ROTATE_BYTES:
                self.rotations += 1
                os.rename(self.path("0.log"), self.path(f"0.log.20261122-{self.rotations:06d}"))
                self.write(file, 10)  # the runtime does not know yet
                time.sleep(0.05)
                file.close()
                file = self.open()
        file.close()

    def path(self, name):
        return os.path.join(self.directory, name)

    def open(self):
        return open(self.path("0.log"), "ab", buffering=0)

    def write(self, file, lines):
        now = time.time_ns()
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now // 10**9)) + f".{now % 10**9:09d}Z"
        numbers = range(self.written, self.written + max(lines, 0))
        file.write("".join(f"{stamp} stdout F line {n} {'x' * 60}\n" for n in numbers).encode())
        self.written += len(numbers)


class Proxy:
    """Stands before a receiver; can be down, or reset connections behind so many bytes."""

    def __init__(self, target):
        self.target = target
        self.reset_after = None
        self.sockets = set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.serve()

    def serve(self):
        threading.Thread(target=self.accept, args=(self.listener,), daemon=True).start()

    def accept(self, listener):
        try:
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
                for end in (client, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    self.sockets.add(end)
                for pair in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self.copy, args=pair, daemon=True).start()
        except OSError:
            pass

    def copy(self, source, sink, forth):
        copied = 0
        try:
            while data := source.recv(65536):
                copied += len(data)
                if forth and self.reset_after is not None and copied > self.reset_after:
                    break
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            self.reset(end)

    def reset(self, end):
        try:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        end.close()
        self.sockets.discard(end)

    def down(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for end in list(self.sockets):
            self.reset(end)

    def up(self):
        self.listener = socket.create_server(("127.0.0.1", self.port))
        self.serve()


class FaultsTest(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="supercargo-e2e-root-")
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.loki = LokiStandIn()
        self.addCleanup(self.loki.remove)
        self.graylog = GraylogStandIn()
        self.addCleanup(self.graylog.remove)

    def start_agent(self, outputs):
        quick = {"batch_wait": "200ms", "backoff": {"initial": "100ms", "max": "1s"}}
        agent = Agent(
            host_root=self.root,
            host={"proc": "/proc", "sys": "/sys"},
            logs={"sources": [{"type": "kubernetes", "path": "/var/log/pods"}]},
            outputs=[{**output, **quick} for output in outputs],
        )
        self.addCleanup(agent.remove)
        return agent

    def check_all_arrived(self, containers, receiver):
        def numbers(container):
            return [int(text.split()[1]) for _, text in receiver.by_stream()[container.key]]

        for container in containers:
            wait_until(
                lambda: len(set(numbers(container))) == container.written,
                lambda: f"{container.written} lines; {len(set(numbers(container)))} came",
            )
            first_deliveries = list(dict.fromkeys(numbers(container)))
            self.assertEqual(first_deliveries, list(range(container.written)))
            self.assertGreater(container.rotations, 1)

    def run_with_faults(self, gelf):
        loki = Proxy(self.loki.port)
        graylog = Proxy(int(self.graylog.addresses[gelf]))
        path = "/gelf" if gelf == "http" else ""
        agent = self.start_agent(
            [
                {"name": "loki", "type": "loki", "url": f"http://127.0.0.1:{loki.port}"},
                {"name": "graylog", "type": "gelf", "url": f"{gelf}://127.0.0.1:{graylog.port}{path}"},
            ]
        )
        containers = [Container(self.root, f"web-{i}") for i in range(2)]
        for container in containers:
            container.start()
        end = time.monotonic() + RUN_SECONDS
        time.sleep(1)
        loki.reset_after = graylog.reset_after = 20_000
        time.sleep(3)
        agent.kill()
        agent.restart_after_kill()
        loki.down()
        time.sleep(3)  # Graylog goes on meanwhile
        graylog.down()
        wait_until(
            lambda: agent.samples("supercargo_output_retrying", output="loki")[0][1] == 1, "the state 'retrying'"
        )
        loki.reset_after = graylog.reset_after = None
        loki.up()
        graylog.up()
        time.sleep(max(0, end - time.monotonic()))
        for container in containers:
            container.stopping.set()
            container.join()
        self.check_all_arrived(containers, self.loki)
        self.check_all_arrived(containers, self.graylog)
        self.assertEqual(agent.samples("supercargo_log_dropped_lines_total"), [])
        self.assertEqual(agent.samples("supercargo_log_lost_lines_total"), [])
        wait_until(
            lambda: all(value == 0 for _, value in agent.samples("supercargo_output_retrying")), "the end of 'retrying'"
        )
        wait_until(lambda: self.ledger_is_settled(agent), "an account of everything")
        self.assertEqual({value for _, value in agent.samples("supercargo_ledger_differences_total")}, {0})
        self.assertEqual({value for _, value in agent.samples("supercargo_log_stalled_files")}, {0})
        self.assertLess(agent.output("stderr").count("\n"), 30, "log lines are limited")
        self.assertEqual(agent.stop(), 0)

    def ledger_is_settled(self, agent):
        """Since its last start the agent has delivered all that was written; its accounts add up at every moment."""
        ledger = json.loads(e2e_support.get(agent.port, "/ledger")[1])
        for account in ledger["accounts"] + ledger["outputs"]:
            terms = sum(account[f"{term}_bytes"] for term in ("delivered", "pending", "dropped", "lost"))
            self.assertEqual(account["written_bytes"], terms, account)
            self.assertEqual(account["difference_bytes"], 0, account)
        return all(account["written_bytes"] == account["delivered_bytes"] > 0 for account in ledger["accounts"])

    def test_nothing_is_lost_with_gelf_over_tcp(self):
        self.run_with_faults("tcp")

    def test_nothing_is_lost_with_gelf_over_http(self):
        self.run_with_faults("http")

    def test_an_unsplit_line_of_megabytes_is_cut_and_nothing_of_it_is_lost(self):
        directory = os.path.join(self.root, "var/log/pods/shop_big_uid/app")
        os.makedirs(directory)
        text = "".join(f"{n:07d} " for n in range(500_000))
        with open(os.path.join(directory, "0.log"), "w", encoding="ascii") as file:
            file.write(f"2026-11-22T10:00:00Z stdout F {text}\n2026-11-22T10:00:01Z stdout F after\n")
        loki = LokiStandIn("--max-age-s", "1000000000")
        self.addCleanup(loki.remove)
        agent = self.start_agent([loki.output_config])
        wait_until(lambda: "after" in [line["line"] for line in loki.lines()], "the line behind")
        self.assertEqual("".join(line["line"] for line in loki.lines()), text + "after")
        self.assertEqual(agent.samples("supercargo_log_dropped_lines_total"), [])


if __name__ == "__main__":
    e2e_support.main()
