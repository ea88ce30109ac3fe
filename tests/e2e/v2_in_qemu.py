"""By hand: a whole cgroup v2 tree with PSI in an emulated machine, the agent's values beside the kernel's files.

    ./dev v2 --kernel VMLINUZ [--qemu "qemu-system-x86_64 -L DIRECTORY"] [--agent BINARY]

Needs a kernel image (of Debian's linux-image-cloud-amd64, unpacked with dpkg-deb -x), qemu-system-x86 and a static
busybox; 20 s on an idle machine, since everything is emulated.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import e2e_support
from cgroup_nodes import IDS, PODS

NAMESPACE, POD, UID = PODS["web"]
POD_CGROUP = f"/kubepods/burstable/pod{UID}"
APP = f"{POD_CGROUP}/{IDS['app']}"
KILLS = 3  # in a container that lives on
SHORT_LIVED = 100  # containers that are killed and removed

# The timers of a busy host's emulation fail the kernel's checks of them.
COMMAND_LINE = "console=ttyS0 quiet psi=1 panic=-1 no_timer_check tsc=reliable"

# Burns CPU above its quota; is killed for want of memory in a container and in some that do not stay; then quiet.
INIT = f"""#!/bin/sh
export PATH=/bin
mount -t proc proc /proc; mount -t sysfs sysfs /sys; mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t devtmpfs dev /dev
ip link set lo up
root=/sys/fs/cgroup
for level in "" /kubepods /kubepods/burstable {POD_CGROUP}; do
  mkdir -p $root$level
  echo "+cpu +memory +io +pids" > $root$level/cgroup.subtree_control
done
pod=$root{POD_CGROUP}; app=$root{APP}
mkdir $pod/{IDS["web_pause"]} $app
sh -c "echo \\$\\$ > $pod/{IDS["web_pause"]}/cgroup.procs; exec sleep 10000" &
sleep 1
mkdir -p /var/log/pods/{NAMESPACE}_{POD}_{UID}/app /var/log/containers /var/lib/supercargo
: > /var/log/pods/{NAMESPACE}_{POD}_{UID}/app/0.log
ln -s /var/log/pods/{NAMESPACE}_{POD}_{UID}/app/0.log /var/log/containers/{POD}_{NAMESPACE}_app-{IDS["app"]}.log
sh -c "echo \\$\\$ > $app/cgroup.procs; exec sleep 10000" &
cat > /agent.yaml << END
data_dir: /var/lib/supercargo
http: {{listen: "127.0.0.1:9655"}}
outputs: [{{name: screen, type: stdout, format: json}}]
END
/bin/supercargo run --config /agent.yaml > /agent.out 2> /agent.log &
echo "20000 100000" > $app/cpu.max
echo 24M > $app/memory.max
until wget -q -O /dev/null http://127.0.0.1:9655/readyz; do sleep 1; done
timeout 4 sh -c "echo \\$\\$ > $app/cgroup.procs; while :; do :; done"
for i in $(seq {KILLS}); do sh -c "echo \\$\\$ > $app/cgroup.procs; exec tail /dev/zero"; done
for i in $(seq {SHORT_LIVED}); do
  short=$pod/$(printf "%064x" $i)
  ln -s /var/log/pods/{NAMESPACE}_{POD}_{UID}/app/0.log \\
    /var/log/containers/{POD}_{NAMESPACE}_app-$(basename $short).log
  mkdir $short; echo 16M > $short/memory.max
  sh -c "echo \\$\\$ > $short/cgroup.procs; exec tail /dev/zero"
  until rmdir $short 2> /dev/null; do sleep 0.1; done
done
sleep 3
for cgroup in {POD_CGROUP} {APP}; do
  for file in cpu.stat cpu.pressure io.pressure memory.pressure memory.events memory.stat memory.current \\
      pids.current; do
    echo "@file $cgroup $file"; cat $root$cgroup/$file
  done
done
echo "@metrics"
wget -q -O - http://127.0.0.1:9655/metrics
echo "@events"; cat /agent.out
echo "@log"; cat /agent.log
echo "@end"
poweroff -f
"""


def initramfs(directory, agent, busybox):
    """A cpio archive of busybox, the agent, its libraries, and INIT."""
    tree = os.path.join(directory, "tree")
    for name in ("bin", "proc", "sys", "dev", "etc", "tmp", "var"):
        os.makedirs(os.path.join(tree, name))
    shutil.copy(busybox, os.path.join(tree, "bin/busybox"))
    applets = subprocess.run([busybox, "--list"], text=True, stdout=subprocess.PIPE, check=True).stdout
    for applet in applets.split():
        if applet != "busybox":
            os.symlink("busybox", os.path.join(tree, "bin", applet))
    subprocess.run(["strip", "-o", os.path.join(tree, "bin/supercargo"), agent], check=True)
    libraries = subprocess.run(["ldd", agent], text=True, stdout=subprocess.PIPE, check=True).stdout
    for library in re.findall(r"(/\S+\.so\S*)", libraries):
        os.makedirs(tree + os.path.dirname(library), exist_ok=True)
        shutil.copy(library, tree + library)
    with open(os.path.join(tree, "init"), "w", encoding="utf-8") as out:
        out.write(INIT)
    os.chmod(os.path.join(tree, "init"), 0o755)
    archive = os.path.join(directory, "initramfs")
    with open(archive, "wb") as out:
        names = subprocess.run(["find", ".", "-print0"], cwd=tree, stdout=subprocess.PIPE, check=True).stdout
        cpio = [shutil.which("busybox"), "cpio", "-o", "-H", "newc", "-0"]
        subprocess.run(cpio, cwd=tree, input=names, stdout=out, stderr=subprocess.DEVNULL, check=True)
    return archive


def run_machine(options, archive):
    command = [
        *shlex.split(options.qemu),
        *("-M", "q35", "-accel", "tcg,thread=single", "-cpu", "max", "-m", "768"),
        *("-no-reboot", "-display", "none", "-serial", "stdio", "-nic", "none"),
        *("-kernel", options.kernel, "-initrd", archive, "-append", COMMAND_LINE),
    ]
    with tempfile.TemporaryFile() as serial:
        machine = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=serial)
        try:
            machine.wait(options.seconds)
        except subprocess.TimeoutExpired:
            print(f"the machine did not end within {options.seconds} s")
            machine.kill()
            machine.wait()
        serial.seek(0)
        return serial.read().decode(errors="replace").replace("\r", "")


def parts_of(output):
    """{"files": {(cgroup, file): text}, "metrics": text, "events": text, "log": text}"""
    found = {"files": {}, "metrics": "", "events": "", "log": ""}
    for part in re.split(r"^@", output, flags=re.MULTILINE)[1:]:
        head, _, text = part.partition("\n")
        words = head.split()
        if words[0] == "file":
            found["files"][tuple(words[1:])] = text
        else:
            found[words[0]] = text
    return found


class Checks:
    def __init__(self, found):
        self.files = found["files"]
        self.metrics = found["metrics"]
        self.events = [json.loads(json.loads(line)["line"]) for line in found["events"].splitlines() if line]
        self.failed = 0

    def key(self, cgroup, file, key):
        return float(re.search(rf"^{re.escape(key)} (\S+)$", self.files[cgroup, file], re.MULTILINE).group(1))

    def pressure(self, cgroup, file, line):
        return float(re.search(rf"^{line} .*total=(\d+)$", self.files[cgroup, file], re.MULTILINE).group(1))

    def number(self, cgroup, file):
        return float(self.files[cgroup, file].split()[0])

    def sample(self, name, *parts):
        """The value of the one sample of the family that has all the parts in its labels."""
        lines = [line for line in self.metrics.splitlines() if re.match(name + r"[{ ]", line)]
        lines = [line for line in lines if all(part in line for part in parts)]
        return float(lines[0].rpartition(" ")[2]) if len(lines) == 1 else None

    def expect(self, what, value, wanted, tolerance=0.0):
        right = value is not None and abs(value - wanted) <= tolerance
        self.failed += not right
        print(f"{'ok  ' if right else 'FAIL'} {what}: {value}, the kernel has {wanted}")

    def usage_of(self, cgroup):
        label = f'id="{cgroup}"'
        for name, key in (("usage", "usage_usec"), ("user", "user_usec"), ("system", "system_usec")):
            value = self.sample(f"container_cpu_{name}_seconds_total", label)
            self.expect(f"cpu {name} of {cgroup[-8:]}", value, self.key(cgroup, "cpu.stat", key) / 1e6, 1e-6)
        for resource in ("cpu", "memory", "io"):
            for line, name in (("some", "waiting"), ("full", "stalled")):
                value = self.sample(f"container_pressure_{resource}_{name}_seconds_total", label)
                wanted = self.pressure(cgroup, f"{resource}.pressure", line) / 1e6
                self.expect(f"{resource} pressure, {name}, of {cgroup[-8:]}", value, wanted, 1e-6)
        kinds = (("rss", "anon"), ("cache", "file"), ("kernel_usage", "kernel"), ("mapped_file", "file_mapped"))
        for name, key in kinds:
            value = self.sample(f"container_memory_{name}", label)
            self.expect(f"memory {name} of {cgroup[-8:]}", value, self.key(cgroup, "memory.stat", key))
        current = self.number(cgroup, "memory.current")
        self.expect("memory usage", self.sample("container_memory_usage_bytes", label), current)
        inactive = self.key(cgroup, "memory.stat", "inactive_file")
        self.expect("working set", self.sample("container_memory_working_set_bytes", label), current - inactive)
        for name in ("pgscan", "pgsteal", "workingset_refault_file", "workingset_refault_anon"):
            value = self.sample(f"container_memory_{name}_total", label)
            self.expect(name, value, self.key(cgroup, "memory.stat", name))
        for name in ("high", "max"):
            value = self.sample(f"container_memory_events_{name}_total", label)
            self.expect(f"memory events {name}", value, self.key(cgroup, "memory.events", name))
        threads = self.sample("container_threads", label)
        self.expect("threads", threads, self.number(cgroup, "pids.current"))

    def limits_and_kills(self):
        label = f'id="{APP}"'
        self.expect("quota", self.sample("container_spec_cpu_quota", label), 20000)
        self.expect("limit", self.sample("container_spec_memory_limit_bytes", label), 24 << 20)
        for name, key in (("periods", "nr_periods"), ("throttled_periods", "nr_throttled")):
            value = self.sample(f"container_cpu_cfs_{name}_total", label)
            self.expect(f"cfs {name}", value, self.key(APP, "cpu.stat", key))
        throttled = self.sample("container_cpu_cfs_throttled_seconds_total", label)
        self.expect("throttled seconds", throttled, self.key(APP, "cpu.stat", "throttled_usec") / 1e6, 1e-6)
        self.expect("OOM kills of the container", self.sample("container_oom_events_total", label), KILLS)
        kills = self.sample("supercargo_pod_oom_kills_total", f'pod="{POD}"')
        self.expect("OOM kills of the pod", kills, KILLS + SHORT_LIVED)
        waiting = self.sample("container_pressure_cpu_waiting_seconds_total", label)
        self.expect("was throttled for a while, so that it waited", float((waiting or 0) > 1), 1)

    def what_scrapes_hide(self):
        labels = ('container="app"', f'pod="{POD}"')
        all_kills = KILLS + SHORT_LIVED
        for name, wanted in (("starts", SHORT_LIVED), ("exits", SHORT_LIVED), ("oom_kills", all_kills)):
            counted = self.sample(f"supercargo_container_{name}_total", *labels)
            self.expect(f"{name} of all of the name", counted, wanted)
        summed = self.sample("supercargo_namespace_oom_kills_total", f'namespace="{NAMESPACE}"')
        self.expect("OOM kills of the namespace", summed, all_kills)
        for event in ("container_start", "container_exit"):
            self.expect(f"events {event}", sum(it["event"] == event for it in self.events), SHORT_LIVED)
        kills = sum(it["oom_kills"] for it in self.events if it["event"] == "oom_kill")
        self.expect("OOM kills in events", kills, all_kills)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kernel", required=True)
    parser.add_argument("--qemu", default="qemu-system-x86_64")
    parser.add_argument("--agent", default=os.path.join(e2e_support.BUILD, "supercargo"))
    parser.add_argument("--busybox", default=shutil.which("busybox"))
    parser.add_argument("--seconds", type=int, default=300)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="supercargo-qemu-") as directory:
        output = run_machine(options, initramfs(directory, options.agent, options.busybox))
    found = parts_of(output)
    if not found["metrics"]:
        print(output[-4000:])
        return 1
    checks = Checks(found)
    for cgroup in (POD_CGROUP, APP):
        checks.usage_of(cgroup)
    checks.limits_and_kills()
    checks.what_scrapes_hide()
    if checks.failed:
        print(found["log"][-2000:])
        print("\n".join(line for line in found["metrics"].splitlines() if APP in line or "oom" in line))
    print(f"{checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
