"""A file system that hangs, as a dead NFS does, costs its own numbers and nothing else."""

import os
import shutil
import signal
import tempfile
import time
import unittest

import e2e_support
from e2e_support import SHARED_SECONDS, Agent, LokiStandIn, free_port, get, wait_until
from hanging_mount import BLOCK_BYTES, BLOCKS, HangingMount, in_own_namespaces

MARGIN = 0.3  # of a busy machine
SECONDS_TO_STOP = 10


def threads_of(agent):
    return len(os.listdir(f"/proc/{agent.child.pid}/task"))


class Scrape:
    def __init__(self, agent, timeout):
        start = time.monotonic()
        headers = {"X-Prometheus-Scrape-Timeout-Seconds": str(timeout)}
        self.status, self.text = get(agent.port, "/metrics", headers)
        self.seconds = time.monotonic() - start
        self.samples = {}
        for line in self.text.splitlines():
            if not line.startswith("#"):
                series, _, value = line.rpartition(" ")
                self.samples[series] = float(value)

    def of_mount(self, family, place):
        """Its value, or None."""
        found = [
            value
            for series, value in self.samples.items()
            if series.startswith(family + "{") and f'mountpoint="{place}"' in series
        ]
        return found[0] if found else None

    def mount_points(self, family):
        names = [series for series in self.samples if series.startswith(family + "{")]
        return {name.partition('mountpoint="')[2].partition('"')[0] for name in names}

    def success(self, collector):
        return self.samples[f'supercargo_collector_success{{collector="{collector}"}}']


class HangingMountTest(unittest.TestCase):
    def mount(self, *arguments):
        mounted = HangingMount(*arguments)
        self.addCleanup(mounted.remove)
        return mounted

    def start(self, **config):
        agent = Agent(**{"logs": {"sources": []}, **config})
        self.addCleanup(agent.remove)
        return agent

    def scrape(self, agent, timeout=2):
        """A new pass: answered in time, whatever hangs."""
        time.sleep(SHARED_SECONDS)
        found = Scrape(agent, timeout)
        self.assertEqual(found.status, 200, found.text)
        self.assertLess(found.seconds, timeout + MARGIN)
        return found

    def stop(self, agent, seconds=SECONDS_TO_STOP):
        """SIGTERM while it hangs still."""
        self.assertEqual(agent.stop(seconds), 0, agent.output("stderr")[-2000:])


class FileSystemsTest(HangingMountTest):
    def test_what_hangs_has_an_error_and_all_others_have_their_sizes(self):
        before = self.scrape(self.start())
        here = before.mount_points("node_filesystem_size_bytes")
        self.assertIn("/", here)
        hanging = [self.mount(), self.mount("fuse", "plain")]
        agent = self.start()
        threads = None
        for timeout in (1, 2, 10, 1):
            found = self.scrape(agent, timeout)
            for mounted in hanging:
                self.assertEqual(found.of_mount("node_filesystem_device_error", mounted.place), 1)
                self.assertIsNone(found.of_mount("node_filesystem_size_bytes", mounted.place))
            self.assertEqual(found.mount_points("node_filesystem_size_bytes"), here)
            self.assertEqual(found.success("filesystem"), 1)
            self.assertEqual(found.success("container_filesystem"), 1)
            self.assertIn("container_fs_limit_bytes", {series.partition("{")[0] for series in found.samples})
            threads = threads or threads_of(agent)
            self.assertLessEqual(threads_of(agent), threads)
        self.stop(agent)

    def test_it_is_shown_again_when_it_answers_and_gone_when_it_is_unmounted(self):
        silent, dying = self.mount(), self.mount("fuse", "plain")
        agent = self.start()
        self.scrape(agent)
        threads = threads_of(agent)
        silent.answer()
        dying.abort()
        wait_until(lambda: threads_of(agent) < threads, "the threads that asked have ended", 10)
        found = self.scrape(agent)
        self.assertEqual(found.of_mount("node_filesystem_device_error", silent.place), 0)
        self.assertEqual(found.of_mount("node_filesystem_size_bytes", silent.place), BLOCKS * BLOCK_BYTES)
        self.assertEqual(found.of_mount("node_filesystem_device_error", dying.place), 1)
        dying.remove()
        self.assertIsNone(self.scrape(agent).of_mount("node_filesystem_device_error", dying.place))
        self.stop(agent)

    def test_one_that_begins_to_hang_between_scrapes(self):
        agent = self.start()
        self.scrape(agent)
        mounted = self.mount()
        self.assertEqual(self.scrape(agent).of_mount("node_filesystem_device_error", mounted.place), 1)
        self.stop(agent)


class PathsTest(HangingMountTest):
    """What else the agent reads below a path of the host that may be set to such a mount."""

    def test_a_directory_of_text_files_costs_its_own_collector_only(self):
        mounted = self.mount()
        agent = self.start(metrics={"node": {"textfile_directory": mounted.place}})
        threads = None
        for _ in range(3):
            found = self.scrape(agent)
            self.assertEqual(found.success("textfile"), 0)
            self.assertEqual(found.success("meminfo"), 1)
            threads = threads or threads_of(agent)
            self.assertLessEqual(threads_of(agent), threads)
        mounted.answer()
        wait_until(lambda: threads_of(agent) < threads, "the thread that read it has ended", 10)
        self.assertEqual(self.scrape(agent).success("textfile"), 1)
        self.stop(agent)

    def test_where_the_names_of_containers_stand(self):
        mounted = self.mount()
        agent = self.start(host={"log": mounted.place})
        for _ in range(3):
            found = self.scrape(agent)
            self.assertEqual(found.success("meminfo"), 1)
            self.assertEqual(found.success("filesystem"), 1)
            self.assertEqual(get(agent.port, "/healthz")[0], 200)
        mounted.answer()
        wait_until(lambda: self.scrape(agent).success("cgroup") == 1, "cgroups are read again", 10)
        self.stop(agent)

    def test_where_they_stand_while_the_agent_is_told_to_end(self):
        mounted = self.mount()
        agent = self.start(host={"log": mounted.place})
        self.scrape(agent)
        self.stop(agent)


class UnreadyAgent(Agent):
    def wait_until_ready(self):
        wait_until(lambda: self.running() and get(self.port, "/healthz")[0] == 200, lambda: self.output("stderr"))


class MainThreadTest(HangingMountTest):
    """What the agent reads of its own, while it answers whoever asks."""

    def is_scraped(self, agent):
        for _ in range(2):
            self.assertEqual(self.scrape(agent).success("meminfo"), 1)
            self.assertEqual(get(agent.port, "/healthz")[0], 200)

    def reload_until(self, agent, text):
        agent.child.send_signal(signal.SIGHUP)
        wait_until(lambda: text in agent.output("stderr"), lambda: f"{text}: {agent.output('stderr')}")

    def test_a_configuration_that_is_to_be_read_again(self):
        agent = self.start()
        mounted = self.mount("fuse", "plain", agent.data_directory)
        self.reload_until(agent, "Configuration not taken over.")
        self.is_scraped(agent)
        mounted.unmount()
        self.reload_until(agent, "Configuration taken over.")
        self.is_scraped(agent)
        self.stop(agent)

    def test_the_files_of_the_web_configuration(self):
        directory = tempfile.mkdtemp(prefix="supercargo-e2e-web-")
        self.addCleanup(shutil.rmtree, directory, ignore_errors=True)
        with open(os.path.join(directory, "web.yml"), "w", encoding="ascii") as out:
            out.write("http_server_config: {headers: {X-Frame-Options: deny}}\n")
        port = free_port()
        web = {"listen": f"127.0.0.1:{port}", "web_config_file": os.path.join(directory, "web.yml")}
        agent = UnreadyAgent(http=web, logs={"sources": []})
        self.addCleanup(agent.remove)
        self.is_scraped(agent)
        mounted = self.mount("fuse", "plain", directory)
        self.is_scraped(agent)
        mounted.unmount()
        self.is_scraped(agent)
        self.stop(agent)

    def test_a_data_directory_at_the_start(self):
        mounted = self.mount()
        output = {"name": "loki", "type": "loki", "url": "http://127.0.0.1:9"}
        agent = UnreadyAgent(data_dir=mounted.place, outputs=[output], logs={"sources": []})
        self.addCleanup(agent.remove)
        self.is_scraped(agent)
        self.assertEqual(get(agent.port, "/readyz")[0], 503)
        self.assertIn("data_dir does not answer", agent.output("stderr"))
        self.stop(agent)


class LogsTest(HangingMountTest):
    def setUp(self):
        self.loki = LokiStandIn()
        self.addCleanup(self.loki.remove)
        self.good = tempfile.mkdtemp(prefix="supercargo-e2e-good-")
        self.addCleanup(shutil.rmtree, self.good)

    def start_with(self, place):
        paths = [f"{place}/*.log", f"{self.good}/*.log"]
        sources = [{"type": "files", "path": path, "start_at": "beginning"} for path in paths]
        return self.start(logs={"sources": sources}, outputs=[self.loki.output_config], shutdown_timeout="1s")

    def write(self, name, line):
        with open(os.path.join(self.good, name), "a", encoding="ascii") as out:
            out.write(line + "\n")

    def wait_for(self, line):
        wait_until(lambda: line in [each["line"] for each in self.loki.lines()], f"the line {line}")

    def is_scraped(self, agent):
        for _ in range(2):
            found = self.scrape(agent)
            self.assertEqual(found.success("meminfo"), 1)
            self.assertEqual(get(agent.port, "/healthz")[0], 200)
            self.assertEqual(get(agent.port, "/readyz")[0], 200)
        return found

    def test_a_directory_that_hangs_from_the_start(self):
        mounted = self.mount()
        self.write("a.log", "before")
        agent = self.start_with(mounted.place)
        self.assertGreater(self.is_scraped(agent).samples["supercargo_log_scan_busy_seconds"], 2)
        mounted.answer()
        self.wait_for("before")
        self.assertLess(self.scrape(agent).samples["supercargo_log_scan_busy_seconds"], 1)
        self.stop(agent)

    def test_one_that_hangs_while_the_agent_is_told_to_end(self):
        agent = self.start_with(self.mount().place)
        self.is_scraped(agent)
        self.stop(agent)

    def test_an_output_that_hangs_in_a_file(self):
        """It cannot end; the agent ends all the same, a while after the time to drain."""
        lines = b"".join(b"line %06d of a file\n" % number for number in range(5000))
        mounted = self.mount("fuse.sshfs", "files.example:/logs", None, lines)
        mounted.answer()
        agent = self.start_with(mounted.place)
        self.is_scraped(agent)
        agent.child.terminate()
        self.assertEqual(agent.child.wait(20), 1)
        self.assertIn("Ending although an output has not ended", agent.output("stderr"))

    def test_what_is_written_meanwhile_is_delivered_when_it_answers(self):
        place = tempfile.mkdtemp(prefix="supercargo-e2e-hanging-")
        self.write("a.log", "first")
        agent = self.start_with(place)
        self.wait_for("first")
        mounted = self.mount("fuse.sshfs", "files.example:/logs", place)
        self.is_scraped(agent)
        self.write("a.log", "second")
        self.write("b.log", "in a new file")
        mounted.answer()
        self.wait_for("second")
        self.wait_for("in a new file")
        self.stop(agent)


if __name__ == "__main__":
    in_own_namespaces(170)
    e2e_support.main()
