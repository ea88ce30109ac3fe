"""An agent whose journal was damaged, or cannot be written: what it says, counts and sends again."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest

import e2e_support
from e2e_support import Agent, wait_until

BINARY = os.path.join(e2e_support.BUILD, "supercargo")
SCREEN = {"name": "screen", "type": "stdout", "format": "json", "batch_wait": "100ms"}
SEGMENTS = ("journal.0", "journal.1")


class DamagedJournalTest(unittest.TestCase):
    """Two agents, one after the other, have delivered three lines each; a third comes after the damage."""

    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="supercargo-e2e-root-")
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        directory = "var/log/pods/shop_cart-0_11111111-2222-3333-4444-555555555555/app"
        self.log = os.path.join(self.root, directory, "0.log")
        os.makedirs(os.path.dirname(self.log))
        self.write_lines(range(3))
        self.agent = Agent(host_root=self.root, host={"proc": "/proc", "sys": "/sys"}, outputs=[SCREEN])
        self.addCleanup(self.agent.remove)
        self.journal = os.path.join(self.agent.data_directory, "data", "screen")
        self.wait_for(range(3))
        self.assertEqual(self.agent.stop(), 0)
        self.write_lines(range(3, 6))
        self.agent.restart_after_kill()
        self.wait_for(range(6))
        self.assertEqual(self.agent.stop(), 0)

    def write_lines(self, numbers):
        with open(self.log, "a", encoding="utf-8") as out:
            for number in numbers:
                out.write(f"2026-11-22T10:00:00.{number:09d}Z stdout F line {number}\n")

    def wait_for(self, numbers):
        expected = [f"line {number}" for number in numbers]
        wait_until(lambda: len(self.lines()) >= len(expected), lambda: f"{expected}, not {self.lines()}")
        self.assertEqual(self.lines(), expected)

    def lines(self):
        return [json.loads(line)["line"] for line in self.agent.output().splitlines()]

    def change_header(self, segment):
        path = os.path.join(self.journal, segment)
        with open(path, "r+b") as file:
            file.seek(20)
            byte = file.read(1)[0]
            file.seek(20)
            file.write(bytes([byte ^ 0x20]))
        return path

    def newest(self):
        def generation(segment):
            with open(os.path.join(self.journal, segment), "rb") as file:
                return int.from_bytes(file.read(16)[8:], "little")

        return max(SEGMENTS, key=generation)

    def set_aside(self):
        return self.agent.samples("supercargo_journal_segments_set_aside_total", output="screen")[0][1]

    def assert_told(self, path, what_now):
        told = [line for line in self.agent.output("stderr").splitlines() if f"segment={path} " in line]
        self.assertEqual(len(told), 1, self.agent.output("stderr"))
        self.assertIn(what_now, told[0])
        self.assertIn(f"kept_as={path}.damaged", told[0])
        self.assertTrue(os.path.exists(f"{path}.damaged"))

    def test_a_damaged_newest_segment_is_named_counted_and_its_lines_come_again(self):
        path = self.change_header(self.newest())
        self.write_lines(range(6, 8))
        self.agent.restart_after_kill()
        self.wait_for([*range(6), *range(3, 8)])
        self.assertEqual(self.set_aside(), 1)
        self.assert_told(path, "reading goes on from the other segment, lines may be repeated")

    def test_a_lost_state_is_named_counted_and_all_lines_come_again(self):
        paths = [self.change_header(segment) for segment in SEGMENTS]
        self.write_lines(range(6, 8))
        self.agent.restart_after_kill()
        self.wait_for([*range(6), *range(8)])
        self.assertEqual(self.set_aside(), 2)
        for path in paths:
            self.assert_told(path, "what was delivered is not known, all files are read from their start")

    def test_the_agent_after_that_repeats_nothing(self):
        self.change_header(self.newest())
        self.agent.restart_after_kill()
        self.wait_for([*range(6), *range(3, 6)])
        self.assertEqual(self.agent.stop(), 0)
        self.write_lines(range(6, 8))
        self.agent.restart_after_kill()
        self.wait_for([*range(6), *range(3, 8)])
        self.assertEqual(self.set_aside(), 0)

    def test_a_data_directory_that_is_read_only_is_named_and_ends_the_start(self):
        data = os.path.dirname(self.journal)
        mount = ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", data]
        mounted = subprocess.run(mount, capture_output=True, check=False)
        if mounted.returncode != 0:
            self.skipTest(f"cannot mount a tmpfs: {mounted.stderr.decode().strip()}")
        self.addCleanup(subprocess.run, ["umount", data], check=False)
        config = os.path.join(self.agent.data_directory, "supercargo.yaml")
        result = subprocess.run(
            [BINARY, "run", "--config", config], capture_output=True, text=True, timeout=60, check=False
        )
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn(f"data_dir: open {data}/lock: Read-only file system", result.stderr)
        self.assertIn("choose a directory that this user can write", result.stderr)

    def test_a_file_in_place_of_the_journals_directory_is_named_and_ends_the_start(self):
        shutil.rmtree(self.journal)
        with open(self.journal, "w", encoding="utf-8"):
            pass
        self.agent.start()
        self.assertNotEqual(self.agent.child.wait(30), 0)
        self.assertIn(f"journal in {self.journal}: ", self.agent.output("stderr"))
        self.assertIn("Not a directory", self.agent.output("stderr"))


if __name__ == "__main__":
    e2e_support.main()
