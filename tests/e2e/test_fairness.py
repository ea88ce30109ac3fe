"""A noisy container, a receiver that hangs, a limit: none of them delays the lines of others."""

import os
import shutil
import tempfile
import time
import unittest

import e2e_support
from e2e_support import Agent, GraylogStandIn, LokiStandIn, wait_until
from load_support import Deaf, Noise, cri_line, log_file, percentile, quiet_latencies

MIB = 1 << 20
BATCH_WAIT = 1.0  # the default


class FairnessTest(unittest.TestCase):
    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="supercargo-e2e-root-")
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)

    def add(self, part):
        self.addCleanup(part.remove)
        return part

    def start_agent(self, outputs, **logs):
        return self.add(
            Agent(
                host_root=self.root,
                host={"proc": "/proc", "sys": "/sys"},
                logs={"sources": [{"type": "kubernetes", "path": "/var/log/pods"}], **logs},
                outputs=outputs,
            )
        )

    def check_latencies(self, name, latencies):
        p50, p99 = percentile(latencies, 50), percentile(latencies, 99)
        print(f"{name}: p50 {p50:.2f} s, p99 {p99:.2f} s", flush=True)
        self.assertLess(p99, 1 + BATCH_WAIT)

    def quiet_through(self, loki, count=40, interval=0.25):
        return quiet_latencies(
            log_file(self.root, "quiet"), count, interval, lambda: [line["line"] for line in loki.lines()]
        )

    def test_a_quiet_line_leaves_in_time_beside_a_container_at_full_speed(self):
        backlog = 768 * MIB
        noise = Noise(log_file(self.root, "noisy"), backlog, 50 * MIB)
        loki = self.add(LokiStandIn("--keep", "pod=quiet"))
        agent = self.start_agent([loki.output_config])
        noise.start()
        latencies = self.quiet_through(loki)
        noise.stop()
        sent = sum(value for _, value in agent.samples("supercargo_log_delivered_bytes_total", pod="noisy"))
        self.assertGreater(sent, backlog / 4, "the noise must have been sent at full speed meanwhile")
        self.check_latencies("beside a noisy container", latencies)

    def test_s29_a_receiver_that_hangs_does_not_delay_another_output(self):
        noise = Noise(log_file(self.root, "noisy"), 8 * MIB, 1 * MIB)
        hanging, deaf = self.add(Deaf(100 * MIB)), self.add(Deaf())
        loki, graylog = self.add(LokiStandIn("--keep", "pod=quiet")), self.add(GraylogStandIn())
        agent = self.start_agent(
            [
                {"name": "hanging", "type": "loki", "url": f"http://127.0.0.1:{hanging.port}"},
                {"name": "deaf", "type": "gelf", "url": f"tcp://127.0.0.1:{deaf.port}"},
                loki.output_config,
                graylog.output_config,
            ]
        )
        noise.start()
        self.check_latencies("loki beside receivers that hang", self.quiet_through(loki))
        noise.stop()
        key = ("shop", "quiet", "app", "stdout")
        wait_until(lambda: len(graylog.by_stream().get(key, [])) == 40, "the lines at Graylog")
        for output in ("hanging", "deaf"):
            delivered = sum(
                value for _, value in agent.samples("supercargo_log_delivered_lines_total", output=output)
            )
            self.assertEqual(delivered, 0, output)
        self.assertEqual(e2e_support.get(agent.port, "/healthz")[0], 200)

    def test_a_limit_lets_a_container_wait_and_nobody_else(self):
        rate = 100_000
        noise = Noise(log_file(self.root, "noisy"), 2 * MIB, 0)
        loki = self.add(LokiStandIn())
        agent = self.start_agent([loki.output_config], rate_limits={"container": {"bytes_per_second": rate}})
        begin = time.monotonic()
        self.check_latencies("beside a limited container", self.quiet_through(loki, count=20))
        delivered = sum(
            value for _, value in agent.samples("supercargo_log_delivered_bytes_total", pod="noisy")
        )
        seconds = time.monotonic() - begin
        self.assertLess(delivered, rate * (seconds + 3))
        self.assertGreater(delivered, rate * (seconds - 3))
        limited = agent.samples("supercargo_log_rate_limited_seconds_total", pod="noisy")
        self.assertGreater(limited[0][1], 1)
        self.assertEqual(agent.samples("supercargo_log_rate_limited_seconds_total", pod="quiet"), [])
        pending = "supercargo_log_pending_bytes"
        wait_until(lambda: agent.samples(pending, pod="quiet")[0][1] == 0, "the answer for the last line")
        self.assertGreater(noise.written, delivered)

    def test_a_limit_that_drops_counts_what_it_drops(self):
        path = log_file(self.root, "noisy")
        Noise(path, 2 * MIB, 0)
        loki = self.add(LokiStandIn())
        agent = self.start_agent(
            [loki.output_config],
            rate_limits={"namespace": {"bytes_per_second": 50_000, "action": "drop"}},
        )
        time.sleep(2)
        with open(path, "a", encoding="ascii") as file:
            file.write(cri_line("after"))
        wait_until(lambda: "after" in [line["line"] for line in loki.lines()], "the line behind")

        def total(name):
            return sum(value for _, value in agent.samples(name, pod="noisy"))

        wait_until(lambda: total("supercargo_log_pending_bytes") == 0, "nothing pending")
        dropped = agent.samples("supercargo_log_dropped_bytes_total", pod="noisy")
        self.assertEqual([labels["reason"] for labels, _ in dropped], ["rate_limit"])
        self.assertGreater(dropped[0][1], MIB)
        self.assertEqual(
            dropped[0][1] + total("supercargo_log_delivered_bytes_total"), os.path.getsize(path)
        )


if __name__ == "__main__":
    e2e_support.main()
