"""The .deb: installed, started, reloaded and removed on a running systemd, with all that its unit forbids."""

import glob
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import e2e_support
import systemd_root
from e2e_support import BUILD, REPOSITORY, free_port, get, wait_until
from systemd_root import SystemdRoot

UNIT = "supercargo.service"
CONFIG = "/etc/supercargo/supercargo.yaml"
EXPOSURE = "32"  # of `systemd-analyze security`: 100 is everything, 0 is nothing
# The agent in the same system, as root without a unit, tells what the unit takes away.
FAMILY = re.compile(r"^# TYPE ((?:node|container|machine)_\S+)", re.MULTILINE)
UNAVAILABLE = re.compile(r"^supercargo_collector_unavailable\{([^}]*)\}", re.MULTILINE)


def make_package(test):
    directory = tempfile.mkdtemp(prefix="supercargo-deb-")
    test.addClassCleanup(shutil.rmtree, directory, ignore_errors=True)
    subprocess.run(["cpack", "-G", "DEB", "-B", directory], cwd=BUILD, check=True, stdout=subprocess.DEVNULL)
    return glob.glob(os.path.join(directory, "*.deb"))[0]


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def field(package, name):
    return output_of("dpkg-deb", "--field", package, name)


class DebTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.package = make_package(cls)

    def test_it_depends_on_what_the_binary_is_linked_with(self):
        depends = field(self.package, "Depends")
        for name in ("libc6", "libcurl4", "libssl3", "ca-certificates"):
            self.assertRegex(depends, rf"(^|, ){name}( \(|,|\n)")
        self.assertEqual(field(self.package, "Version").strip(), "0.1.0-1")
        listed = output_of("dpkg-deb", "--contents", self.package)
        for line in listed.splitlines():
            self.assertIn(" root/root ", line)
        self.assertIn(" ./usr/share/man/man1/supercargo.1.gz\n", listed)
        self.assertIn(" ./usr/share/bash-completion/completions/supercargo\n", listed)

    def test_the_unit_is_as_closed_as_the_collectors_allow(self):
        unit = os.path.join(REPOSITORY, "packaging/deb", UNIT)
        done = subprocess.run(
            ["systemd-analyze", "security", "--offline=yes", f"--threshold={EXPOSURE}", unit],
            capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_it_is_installed_started_reloaded_and_removed(self):
        port = free_port()
        prepare = (f"dpkg --install {self.package} && sed -i 's/:9655/:{port}/' {CONFIG} && "
                   f"echo 'metrics: {{profile: full}}' >>{CONFIG}")
        with SystemdRoot(prepare) as system:
            self.assertEqual(system.run("systemctl", "is-enabled", UNIT), "enabled\n")
            system.run("systemctl", "start", UNIT)
            self.assertEqual(get(port, "/readyz")[0], 200)
            self.compare_with_one_without_a_unit(system, get(port, "/metrics")[1])
            self.upgrade(system, port)
            self.reload(system, port)
            system.run("systemctl", "stop", UNIT)
            self.assertIn("Result=success\n", system.run("systemctl", "show", UNIT))
            self.purge(system)

    def compare_with_one_without_a_unit(self, system, shown):
        port = free_port()
        other = subprocess.Popen(
            system.command("supercargo", "run", "--config", CONFIG, "--listen", f"127.0.0.1:{port}"),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(other.wait)
        self.addCleanup(other.terminate)
        wait_until(lambda: get(port, "/readyz")[0] == 200, "the agent without a unit")
        free = get(port, "/metrics")[1]
        self.assertGreater(len(FAMILY.findall(shown)), 200)
        self.assertEqual(set(FAMILY.findall(free)) - set(FAMILY.findall(shown)), set())
        self.assertEqual(set(UNAVAILABLE.findall(shown)) - set(UNAVAILABLE.findall(free)), set())

    def upgrade(self, system, port):
        """To a package with another default configuration: what the administrator wrote stays, and what runs is new."""
        before = system.run("systemctl", "show", "--property=MainPID", UNIT)
        config = system.run("cat", CONFIG)
        newer = os.path.join(tempfile.mkdtemp(prefix="supercargo-newer-"), "newer")
        self.addCleanup(shutil.rmtree, os.path.dirname(newer), ignore_errors=True)
        subprocess.run(["dpkg-deb", "--raw-extract", self.package, newer], check=True)
        for path, old, new in (("DEBIAN/control", "Version: 0.1.0-1\n", "Version: 0.1.0-2\n"),
                               (CONFIG.lstrip("/"), "\n", "\n# of the newer package\n")):
            with open(os.path.join(newer, path), "r+", encoding="utf-8") as file:
                text = file.read()
                self.assertIn(old, text)
                file.seek(0)
                file.write(text.replace(old, new, 1))
        build = ["dpkg-deb", "--root-owner-group", "--build", newer, f"{newer}.deb"]
        subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
        # The file is handed over by a pipe: a directory of the machine that is made after the copy may not be in it.
        with open(f"{newer}.deb", "rb") as package, open(system.path("/newer.deb"), "wb") as copy:
            shutil.copyfileobj(package, copy)
        system.run("rm", "-f", "/usr/sbin/policy-rc.d")  # with which images of Debian keep packages from starting anything
        system.run("dpkg", "--force-confold", "--install", "/newer.deb")
        self.assertEqual(system.run("dpkg-query", "--show", "--showformat=${Version}", "supercargo"), "0.1.0-2")
        self.assertEqual(system.run("cat", CONFIG), config)
        self.assertNotEqual(system.run("systemctl", "show", "--property=MainPID", UNIT), before)
        self.assertEqual(get(port, "/readyz")[0], 200)
        os.remove(system.path("/newer.deb"))

    def reload(self, system, port):
        before = system.run("systemctl", "show", "--property=MainPID", UNIT)
        with open(system.path(CONFIG), "a", encoding="utf-8") as out:
            out.write("node_name: reloaded\n")
        system.run("systemctl", "reload", UNIT)
        wait_until(lambda: "node_name: reloaded" in get(port, "/config")[1], "the reload")
        with open(system.path(CONFIG), "a", encoding="utf-8") as out:
            out.write("no_such_key: 1\n")
        self.assertNotEqual(system.call("systemctl", "reload", UNIT).returncode, 0)
        self.assertEqual(system.run("systemctl", "show", "--property=MainPID", UNIT), before)

    def purge(self, system):
        system.run("dpkg", "--remove", "supercargo")
        self.assertTrue(os.path.exists(system.path(CONFIG)), "what the administrator wrote stays")
        self.assertFalse(os.path.exists(system.path("/usr/bin/supercargo")))
        system.run("dpkg", "--purge", "supercargo")
        left = [path for path in sorted(system.written())
                if "supercargo" in path and os.path.lexists(system.path("/" + path))]
        self.assertEqual(left, [])
        self.assertIn("inactive", system.call("systemctl", "is-active", UNIT).stdout)


if __name__ == "__main__":
    e2e_support.main(
        systemd_root.what_is_missing,
        *(e2e_support.program_is_missing(name) for name in ("cpack", "dpkg-shlibdeps")))
