"""A whole real cgroup v2 tree, which this machine need not have: Debian's kernel as a process (User Mode Linux).

Its kernel has no PSI: `./dev v2` looks at that, in an emulated machine.
"""

import os
import shutil
import subprocess
import tempfile
import unittest

import e2e_support
from v2_checks import Checks
from v2_machine import APP, POD_CGROUP, initramfs, parts_of

AGENT = os.path.join(e2e_support.BUILD, "supercargo")
SECONDS = 420  # a minute on a busy machine


def output_of_machine(directory):
    archive = initramfs(directory, AGENT, shutil.which("busybox"))
    command = ["linux.uml", "mem=768M", f"initrd={archive}", "con=null", "con0=null,fd:1", "quiet", "loglevel=1"]
    with tempfile.TemporaryFile() as console:
        machine = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=console, stderr=subprocess.STDOUT, cwd=directory,
            env={**os.environ, "HOME": directory, "TMPDIR": directory}, preexec_fn=e2e_support.die_with_parent)
        try:
            machine.wait(SECONDS)
        except subprocess.TimeoutExpired:
            print(f"the machine did not end within {SECONDS} s")
        finally:
            machine.kill()
            machine.wait()
        console.seek(0)
        return console.read().decode(errors="replace").replace("\r", "")


class InARealTreeOfV2(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory(prefix="supercargo-uml-") as directory:
            output = output_of_machine(directory)
        cls.found = parts_of(output)
        if not cls.found["metrics"]:
            raise AssertionError("the machine said no metrics:\n" + output[-4000:])

    def setUp(self):
        self.checks = Checks(self.found)

    def tearDown(self):
        if self.checks.failed:
            print(self.found["log"][-2000:])

    def test_usage_is_what_the_kernels_files_say(self):
        for cgroup in (POD_CGROUP, APP):
            self.checks.usage_of(cgroup)
        self.assertEqual(self.checks.failed, 0)

    def test_limits_throttling_and_kills_are_what_the_kernels_files_say(self):
        self.checks.limits_and_kills()
        self.assertEqual(self.checks.failed, 0)

    def test_each_of_a_hundred_containers_that_were_killed_and_removed_at_once_is_counted(self):
        self.checks.what_scrapes_hide()
        self.assertEqual(self.checks.failed, 0)


if __name__ == "__main__":
    e2e_support.main(e2e_support.program_is_missing("linux.uml"), e2e_support.program_is_missing("busybox"))
