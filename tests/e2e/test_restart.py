"""kill -9 in the middle: after the restart nothing is lost, and repeats are few."""

import time
import unittest

import containerd_bed
import e2e_support
from containerd_bed import Container, ContainerdBed
from e2e_support import Agent, LokiStandIn, wait_until

KILLS = 3
REPEATED_AT_MOST = 4 * (1 << 20)  # bytes a kill: the requests in flight

# Some thousand lines a second until SIGTERM, the last one whole.
WRITER = """trap 'ended=1' TERM
i=0
while [ -z "$ended" ]; do
  echo "seq $i of a container that never stops talking"
  i=$((i + 1))
  if [ $((i % 50)) -eq 0 ]; then usleep 25000; fi
done"""


def first_deliveries(texts):
    """Without the repeats of at-least-once delivery."""
    return list(dict.fromkeys(texts))


class RestartTest(unittest.TestCase):
    def test_nothing_is_lost_by_kill_9_and_rotation(self):
        with ContainerdBed() as bed:
            loki = LokiStandIn()
            self.addCleanup(loki.remove)
            agent = Agent(outputs=[loki.output_config], **e2e_support.bed_config(bed))
            self.addCleanup(agent.remove)
            pod = bed.run_pod("shop", "talker-0", {"talker": Container(["sh", "-c", WRITER])})
            key = ("shop", "talker-0", "talker", "stdout")

            files = []
            for _ in range(KILLS):
                before = len(loki.by_stream()[key])
                wait_until(lambda: len(loki.by_stream()[key]) > before, "lines before the kill")
                time.sleep(0.3)
                agent.kill()
                files.append(bed.rotate(pod, "talker"))  # while nobody looks
                time.sleep(1)  # the next rotated file must have another name
                agent.restart_after_kill()
            bed.stop_container(pod, "talker")
            files.append(bed.log_path(pod, "talker"))

            expected = [text for _, text in e2e_support.read_cri_files(files)["stdout"]]
            self.assertEqual(
                expected, [f"seq {i} of a container that never stops talking" for i in range(len(expected))]
            )
            wait_until(
                lambda: {text for _, text in loki.by_stream()[key]} >= set(expected),
                lambda: f"all {len(expected)} lines; {len(set(loki.by_stream()[key]))} came",
            )
            texts = [text for _, text in loki.by_stream()[key]]
            self.assertEqual(first_deliveries(texts) == expected, True, "first deliveries are in order")
            repeated = sum(map(len, texts)) - sum(map(len, expected))
            self.assertLessEqual(repeated, KILLS * REPEATED_AT_MOST)
            self.assertEqual(agent.stop(), 0)


if __name__ == "__main__":
    e2e_support.main(containerd_bed.what_is_missing)
