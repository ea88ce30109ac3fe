"""A real systemd with units of its own, beside whatever runs the machine.

It is `systemd --user` as an ordinary program, with the interface of the system's on a bus and on its private socket, laid
out below run_directory as the host's /run. It runs in a cgroup and a cgroup namespace of its own, so that it moves no
other processes into its cgroups, as it does with all that it finds in the one where it starts. It has no PID namespace:
its private socket refuses clients whose process it cannot see. Needs root.

    with SystemdBed(UNITS) as bed:
        print(bed.show("cron.service")["ActiveState"])
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile

from e2e_support import die_with_parent, wait_until

SYSTEMD = "/lib/systemd/systemd"

# /run/systemd/system: it starts only where another systemd runs the system.
START = f"""
set -e
mount --make-rprivate /
mount -t cgroup2 none /sys/fs/cgroup
mount -t tmpfs none /run
mkdir -p /run/systemd/system
exec env -i PATH=/usr/bin:/usr/sbin:/bin:/sbin XDG_RUNTIME_DIR="$1" XDG_CONFIG_HOME="$1/none" XDG_DATA_HOME="$1/none" \
  HOME="$1/none" SYSTEMD_UNIT_PATH="$1/units" DBUS_SESSION_BUS_ADDRESS="unix:path=$1/dbus/system_bus_socket" \
  {SYSTEMD} --user --log-target=console
"""

EMPTY_TARGETS = ("basic", "shutdown", "sockets", "timers", "paths", "exit")
BUS = {
    "dbus.socket": "[Socket]\nListenStream=%t/dbus/system_bus_socket\n",
    "dbus.service": "[Unit]\nRequires=dbus.socket\n[Service]\nType=notify\nNotifyAccess=main\n"
    "ExecStart=dbus-daemon --session --address=systemd: --nofork --nopidfile --systemd-activation\n",
}


def what_is_missing():
    """Why this machine cannot run the bed, or None."""
    if os.geteuid() != 0:
        return "needs root, to make a cgroup and namespaces"
    for program in (SYSTEMD, "systemctl", "dbus-daemon", "unshare"):
        if shutil.which(program) is None:
            return f"the program {program} is not installed (./dev setup test)"
    if cgroup2_root() is None:
        return "no cgroup v2 is mounted"
    try:
        probe = os.path.join(cgroup2_root(), f"supercargo-probe-{os.getpid()}")
        os.mkdir(probe)
        os.rmdir(probe)
    except OSError as error:
        return f"cgroups cannot be made here: {error}"
    return None


def cgroup2_root():
    with open("/proc/self/mounts", encoding="utf-8") as mounts:
        places = [line.split()[1] for line in mounts if line.split()[2] == "cgroup2"]
    return places[0] if places else None


class SystemdBed:
    def __init__(self, units):
        self.run_directory = tempfile.mkdtemp(prefix="supercargo-e2e-systemd-")
        self.cgroup = os.path.join(cgroup2_root(), os.path.basename(self.run_directory))
        self.log = os.path.join(self.run_directory, "log")
        self.child = None
        targets = {f"{name}.target": "" for name in EMPTY_TARGETS}
        wanted = " ".join(name for name in units if "@" not in name)
        default = {"default.target": f"[Unit]\nRequires=basic.target\nWants=dbus.service {wanted}\n"}
        os.mkdir(os.path.join(self.run_directory, "units"))
        for name, text in {**targets, **BUS, **default, **units}.items():
            with open(os.path.join(self.run_directory, "units", name), "w", encoding="utf-8") as out:
                out.write(text or "[Unit]\n")

    def __enter__(self):
        os.mkdir(self.cgroup)
        try:
            with open(self.log, "ab") as log:
                self.child = subprocess.Popen(
                    ["unshare", "--cgroup", "--mount", "sh", "-c", START, "sh", self.run_directory],
                    stdout=log, stderr=log, stdin=subprocess.DEVNULL, preexec_fn=self._enter_cgroup,
                )
            wait_until(
                lambda: os.path.exists(self.path("systemd/private")) and not self.jobs(),
                lambda: f"systemd to have started its units: {self.output()}",
            )
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def _enter_cgroup(self):
        die_with_parent()
        with open(os.path.join(self.cgroup, "cgroup.procs"), "w", encoding="ascii") as out:
            out.write(str(os.getpid()))

    def stop(self):
        if self.child is not None:
            self.child.kill()
            self.child.wait()
            self.child = None
        for place, _, _ in list(os.walk(self.cgroup, topdown=False)):
            wait_until(lambda place=place: emptied(place), f"the cgroup {place} to be empty")
        shutil.rmtree(self.run_directory, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.run_directory, name)

    def output(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()[-4000:]

    def systemctl(self, *arguments):
        """What systemctl prints; it asks the private socket."""
        done = subprocess.run(
            ["systemctl", "--user", *arguments], env={**os.environ, "XDG_RUNTIME_DIR": self.run_directory, "TZ": "UTC", "LC_ALL": "C"},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=30, check=False,
        )
        return done.stdout

    def jobs(self):
        return self.systemctl("list-jobs", "--no-legend").strip() not in ("", "No jobs running.")

    def show(self, unit=None):
        """{property: text} of a unit, or of systemd itself."""
        lines = self.systemctl("show", *([unit] if unit else [])).splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def units(self):
        """[(name, load state, active state)] of all."""
        lines = self.systemctl("list-units", "--all", "--plain", "--no-legend", "--full").splitlines()
        return [tuple(line.split()[:3]) for line in lines]

    def suspend(self):
        self.child.send_signal(signal.SIGSTOP)

    def resume(self):
        self.child.send_signal(signal.SIGCONT)


def emptied(cgroup):
    """Ends what still runs in the cgroup, and removes it when nothing does."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        with open(os.path.join(cgroup, "cgroup.procs"), encoding="ascii") as procs:
            for line in procs:
                os.kill(int(line), signal.SIGKILL)
    try:
        os.rmdir(cgroup)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
