"""A machine of its own for the agent: a whole cgroup v2 tree, in which containers burn CPU and are killed.

initramfs() makes its disk, whichever kernel runs it; what that prints, parts_of() takes apart for v2_checks.py.
"""

import os
import re
import shutil
import subprocess

from cgroup_nodes import IDS, PODS

NAMESPACE, POD, UID = PODS["web"]
POD_CGROUP = f"/kubepods/burstable/pod{UID}"
APP = f"{POD_CGROUP}/{IDS['app']}"
KILLS = 3  # in a container that lives on
SHORT_LIVED = 100  # containers that are killed and removed

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
    if cat $root$cgroup/$file > /tmp/file; then echo "@file $cgroup $file"; cat /tmp/file; fi
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
