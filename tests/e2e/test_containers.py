"""Containers that containerd really runs: their lines at Loki and at Graylog, and their metrics beside the CRI's own."""

import os
import time
import unittest

import containerd_bed
import e2e_support
from containerd_bed import Container, ContainerdBed
from e2e_support import SHARED_SECONDS, Agent, GraylogStandIn, LokiStandIn, wait_until

OOM_KILLS = int(os.environ.get("SUPERCARGO_E2E_OOM_KILLS", "8"))  # a second each
STEADY_LINES = 3000
LONG_LINES = 20

# Numbered lines on both streams, some of them JSON; about 5 s, so that a rotation falls into it.
STEADY = f"""i=0
while [ $i -lt {STEADY_LINES} ]; do
  echo "{{\\"seq\\":$i,\\"text\\":\\"señor ✓\\"}}"
  if [ $((i % 10)) -eq 0 ]; then echo "warning $i" >&2; fi
  i=$((i + 1))
  if [ $((i % 20)) -eq 0 ]; then usleep 30000; fi
done"""

# Lines of 40,000 bytes, which the runtime cuts into pieces, and a stack trace.
LONG = f"""i=0
while [ $i -lt {LONG_LINES} ]; do
  echo "$i $(head -c 40000 /dev/zero | tr '\\0' x)"
  printf 'Exception: %s\\n\\tat one\\n\\tat two\\n\\n' $i
  i=$((i + 1))
done"""

# Burns a second of CPU, then holds 20 MB.
BUSY = """i=0
while [ $i -lt 1000000 ]; do i=$((i + 1)); done
x=$(head -c 20000000 /dev/zero | tr '\\0' x)
echo ready
sleep 1000
echo $x"""


class ContainersTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bed = cls.enterClassContext(ContainerdBed())
        cls.loki = cls.started(LokiStandIn())
        cls.graylog = cls.started(GraylogStandIn())
        outputs = [cls.loki.output_config, cls.graylog.output_config]
        cls.agent = cls.started(Agent(outputs=outputs, **e2e_support.bed_config(cls.bed)))

    @classmethod
    def started(cls, process):
        cls.addClassCleanup(process.remove)
        return process

    def expect_equal(self, received, expected):
        """As assertEqual, with the first difference only: lines may be long and many."""
        for at, (got, wanted) in enumerate(zip(received, expected)):
            self.assertEqual(got == wanted, True, f"line {at}: {got!r:.200} instead of {wanted!r:.200}")
        self.assertEqual(len(received), len(expected))

    def expect_everywhere(self, pod, name, files):
        """The lines of `files` stand at both receivers: each once, in order, with the time of their record."""
        expected = e2e_support.read_cri_files(files)
        for stream, lines in expected.items():
            key = (pod.namespace, pod.name, name, stream)
            with self.subTest(receiver="loki", key=key):
                wait_until(lambda: len(self.loki.by_stream()[key]) >= len(lines), f"{len(lines)} lines of {key}")
                self.expect_equal(self.loki.by_stream()[key], lines)
            # GELF has no empty messages: a dash stands for them. Its times have milliseconds.
            lines = [(stamp, text if text.strip() else "-") for stamp, text in lines]
            with self.subTest(receiver="graylog", key=key):
                wait_until(lambda: len(self.graylog.by_stream()[key]) >= len(lines), f"{len(lines)} lines of {key}")
                received = self.graylog.by_stream()[key]
                self.expect_equal([text for _, text in received], [text for _, text in lines])
                for (seconds, text), (nanoseconds, _) in zip(received, lines):
                    self.assertAlmostEqual(seconds, nanoseconds / 1e9, delta=0.002, msg=text)
        return expected

    def test_lines_arrive_complete_and_in_order_across_a_rotation(self):
        pod = self.bed.run_pod("shop", "steady-0", {"steady": Container(["sh", "-c", STEADY])})
        time.sleep(1.5)
        rotated = self.bed.rotate(pod, "steady")
        self.bed.wait_for_exit(pod, "steady")
        files = [rotated, self.bed.log_path(pod, "steady")]
        lines = self.expect_everywhere(pod, "steady", files)
        numbers = [f'{{"seq":{i},"text":"señor ✓"}}' for i in range(STEADY_LINES)]
        self.assertEqual([text for _, text in lines["stdout"]], numbers)
        warnings = [f"warning {i}" for i in range(0, STEADY_LINES, 10)]
        self.assertEqual([text for _, text in lines["stderr"]], warnings)

    def test_long_lines_and_stack_traces_arrive_whole(self):
        pod = self.bed.run_pod("batch", "long-0", {"long": Container(["sh", "-c", LONG])})
        self.bed.wait_for_exit(pod, "long")
        lines = self.expect_everywhere(pod, "long", [self.bed.log_path(pod, "long")])
        self.assertEqual(sum(len(text) > 40000 for _, text in lines["stdout"]), LONG_LINES)

    def test_metrics_agree_with_what_the_runtime_reports(self):
        pod = self.bed.run_pod("shop", "busy-0", {"busy": Container(["sh", "-c", BUSY])})
        wait_until(lambda: "ready" in self.bed.read_log(pod, "busy"), "the container's readiness")
        labels = {"namespace": "shop", "pod": "busy-0", "container": "busy"}
        time.sleep(SHARED_SECONDS)
        cpu, memory = self.bed.stats()[pod.container_ids["busy"]]
        self.assertGreater(cpu, 0.2)
        self.assertGreater(memory, 15_000_000)

        found = self.agent.samples("container_cpu_usage_seconds_total", cpu="total", **labels)
        self.assertEqual(len(found), 1, found)
        self.assertAlmostEqual(found[0][1], cpu, delta=0.02 + 0.02 * cpu)
        self.assertIn(pod.uid, found[0][0]["id"])
        self.assertIn(pod.container_ids["busy"], found[0][0]["id"])

        found = self.agent.samples("container_memory_working_set_bytes", **labels)
        self.assertEqual(len(found), 1, found)
        self.assertAlmostEqual(found[0][1], memory, delta=1_000_000 + 0.05 * memory)

    def test_a_pods_cgroups_have_cadvisors_labels(self):
        pod = self.bed.run_pod("shop", "labels-0", {"one": Container(["sleep", "1000"])})
        one = pod.container_ids["one"]
        labels = {"namespace": "shop", "pod": "labels-0"}
        name = "container_memory_usage_bytes"
        wait_until(lambda: len(self.agent.samples(name, **labels)) == 3, "series of the pod and what it has")
        found = {
            (found["id"].rpartition("/")[2], found["container"], found["image"], found["name"])
            for found, _ in self.agent.samples(name, **labels)
        }
        sandbox = pod.sandbox_id
        expected = {
            (f"pod{pod.uid}", "", "", ""),
            (sandbox, "", "unknown", sandbox),
            (one, "one", "unknown", one),
        }
        self.assertEqual(found, expected)

    def test_oom_kills_of_short_lived_containers_are_counted_exactly(self):
        """Each container is one process, which takes memory until it is killed."""
        greedy = Container(["/bin/sh", "-c", "exec tail /dev/zero"], memory_limit_bytes=20_000_000)
        pod = self.bed.run_pod("shop", "greedy", {f"greedy-{number}": greedy for number in range(OOM_KILLS)})
        for name in pod.container_ids:
            self.assertEqual(self.bed.wait_for_exit(pod, name).exit_code, 137)
        mine = {"namespace": "shop", "pod": "greedy"}

        def counted():
            of_pod = self.agent.samples("supercargo_pod_oom_kills_total", **mine)
            of_containers = self.agent.samples("supercargo_container_oom_kills_total", **mine)
            exits = self.agent.samples("supercargo_container_exits_total", **mine)
            return [sum(value for _, value in samples) for samples in (of_pod, of_containers, exits)]

        wait_until(lambda: counted()[2] >= OOM_KILLS, counted)
        time.sleep(2 * SHARED_SECONDS)
        self.assertEqual(counted(), [OOM_KILLS] * 3)
        self.bed.remove_pod(pod)

    def test_a_removed_pod_is_gone_at_the_next_scrape(self):
        pod = self.bed.run_pod("shop", "gone-0", {"gone": Container(["sleep", "1000"])})
        labels = {"namespace": "shop", "pod": "gone-0", "container": "gone"}
        name = "container_memory_working_set_bytes"
        wait_until(lambda: self.agent.samples(name, **labels), "metrics of the new pod")
        self.bed.remove_pod(pod)
        wait_until(lambda: not self.agent.samples(name, **labels), "their end", seconds=5)

    def test_zz_the_agent_ends_cleanly(self):
        self.assertEqual(self.agent.stop(), 0)


if __name__ == "__main__":
    e2e_support.main(containerd_bed.what_is_missing)
