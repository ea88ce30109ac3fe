"""A systemd that runs a system of its own, on a copy of this machine's root that vanishes with it.

The copy is an overlay in memory: what is installed there, or written, never reaches the machine. The system
has its own mounts, processes, cgroups and IPC; the network is the machine's. Its targets are empty: nothing
runs but what a test starts. Needs root.

    with SystemdRoot("dpkg --install /tmp/x.deb") as system:
        system.run("systemctl", "start", "x")
"""

import os
import shutil
import subprocess
import tempfile

import systemd_bed
from e2e_support import Process, wait_until

# $1: a cgroup of its own, so that systemd moves no other processes; $2: the script below; $3: where the copy
# stands; $4: what to do in it before systemd starts.
ENTER = """echo $$ >"$1/cgroup.procs"
exec unshare --mount --pid --fork --kill-child --cgroup --ipc sh -c "$2" sh "$3" "$4"
"""
BOOT = """set -e
mount --make-rprivate /
mount -t tmpfs none "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
mkdir -p "$1/root/upper"
mount --bind "$1/upper" "$1/root/upper"
cd "$1/root"
mount -t proc proc proc
mount --rbind /sys sys
mount -t cgroup2 none sys/fs/cgroup
mount --rbind /dev dev
mount -t tmpfs none run
units=etc/systemd/system
for target in sysinit basic shutdown; do
  rm -rf "$units/$target.target.wants"
  echo '[Unit]' >"$units/$target.target"
done
printf '[Unit]\\nDefaultDependencies=no\\n' >"$units/nothing.target"
chroot . sh -ec "$2"
exec chroot . env -i container=supercargo-test PATH=/usr/sbin:/usr/bin:/sbin:/bin \\
  /lib/systemd/systemd --system --unit=nothing.target --log-target=console --show-status=no
"""


def what_is_missing():
    """Why this machine cannot run it, or None."""
    if os.geteuid() != 0:
        return "needs root, to make namespaces"
    if not os.path.exists(systemd_bed.SYSTEMD):
        return "systemd is not installed (./dev setup test)"
    return None if systemd_bed.cgroup2_root() else "no cgroup v2 is mounted"


class SystemdRoot:
    def __init__(self, prepare):
        self.place = tempfile.mkdtemp(prefix="supercargo-systemd-root-")
        self.cgroup = os.path.join(systemd_bed.cgroup2_root(), os.path.basename(self.place))
        os.mkdir(self.cgroup)
        self.process = Process(
            "systemd-root", ["sh", "-c", ENTER, "sh", self.cgroup, BOOT, self.place, prepare])

    def __enter__(self):
        try:
            wait_until(self._runs, lambda: f"systemd: {self.output()}", 60)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.remove()
        for place, _, _ in list(os.walk(self.cgroup, topdown=False)):
            wait_until(lambda place=place: systemd_bed.emptied(place), f"the cgroup {place} to be empty")
        shutil.rmtree(self.place, ignore_errors=True)

    def _runs(self):
        """Its private socket is the last thing that systemd makes."""
        self.process.running()
        return self._first() and os.path.exists(self.path("/run/systemd/private")) and (
            self.call("systemctl", "is-system-running").stdout.strip() in ("running", "degraded"))

    def _first(self):
        """The PID of systemd, once the namespace has one."""
        child = self.process.child.pid
        try:
            with open(f"/proc/{child}/task/{child}/children", encoding="ascii") as file:
                return (file.read().split() or [None])[0]
        except OSError:
            return None

    def output(self):
        return self.process.output()[-4000:] + self.process.output("stderr")[-4000:]

    def path(self, path):
        """A path of the system, from here."""
        return f"/proc/{self._first()}/root{path}"

    def command(self, *arguments):
        spaces = ("--mount", "--pid", "--cgroup", "--ipc", "--root", "--wd")
        return ["nsenter", "--target", self._first(), *spaces, "env", "LC_ALL=C", "TERM=dumb", *arguments]

    def call(self, *arguments):
        return subprocess.run(
            self.command(*arguments), capture_output=True, text=True, check=False, timeout=100)

    def run(self, *arguments):
        """What a command that must succeed prints."""
        done = self.call(*arguments)
        if done.returncode != 0:
            raise AssertionError(f"{arguments}: {done.stdout}{done.stderr}\n{self.output()}")
        return done.stdout

    def written(self):
        """The paths below / that are not what the machine's own are."""
        top = self.path("/upper")
        return {
            os.path.relpath(os.path.join(place, name), top)
            for place, directories, files in os.walk(top) for name in files + directories
        }
