"""The test bed itself: its containers log as on a node, and it leaves nothing behind, also when a test fails."""

import os
import subprocess
import time
import unittest

import containerd_bed
import e2e_support
from containerd_bed import Container, ContainerdBed

WAS_THERE = [path for path in ("/run/containerd",) if os.path.exists(path)]


def leftovers(bed):
    found = []
    for hierarchy in containerd_bed.cgroup_hierarchies():
        for directory, _, _ in os.walk(f"{hierarchy}/kubepods"):
            found += [directory for pod in bed.pods if pod.uid in directory]
    with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
        found += [line for line in mounts if bed.root in line]
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                if bed.root.encode() in file.read():
                    found.append(f"process {pid}")
        except OSError:
            pass
    found += [path for path in (bed.root, "/run/containerd") if os.path.exists(path) and path not in WAS_THERE]
    return found


class ContainerdBedTest(unittest.TestCase):
    def test_containers_log_as_on_a_node(self):
        script = "echo first; echo oops >&2; head -c 40000 /dev/zero | tr '\\0' x; echo; echo last"
        with ContainerdBed() as bed:
            pod = bed.run_pod("shop", "web-0", {"web": Container(["sh", "-c", script])})
            status = bed.wait_for_exit(pod, "web")
            self.assertEqual(status.exit_code, 0)
            records = [line.split(" ", 3) for line in bed.read_log(pod, "web").splitlines()]
            self.assertEqual([(r[1], r[2], len(r[3])) for r in records if r[1] == "stderr"], [("stderr", "F", 4)])
            self.assertEqual(
                [(r[2], len(r[3])) for r in records if r[1] == "stdout"],
                [("F", 5), ("P", 16384), ("P", 16384), ("F", 7232), ("F", 4)],
            )
            self.assertEqual(os.stat(bed.log_path(pod, "web")).st_mode & 0o777, 0o640)
            link = f"/var/log/containers/web-0_shop_web-{pod.container_ids['web']}.log"
            self.assertEqual(os.readlink(bed.host_path(link)), f"{pod.log_directory}/web/0.log")

    def test_rotation_splits_the_log_without_loss(self):
        script = "i=0; while [ $i -lt 300 ]; do echo line $i; i=$((i+1)); usleep 5000; done"
        with ContainerdBed() as bed:
            pod = bed.run_pod("shop", "web-0", {"web": Container(["sh", "-c", script])})
            time.sleep(0.5)
            rotated = bed.rotate(pod, "web")
            bed.wait_for_exit(pod, "web")
            lines = e2e_support.read_cri_files([rotated, bed.log_path(pod, "web")])["stdout"]
            self.assertEqual([text for _, text in lines], [f"line {i}" for i in range(300)])
            self.assertGreater(os.path.getsize(bed.log_path(pod, "web")), 0)

    def test_limits_reach_the_cgroup(self):
        script = "x=$(head -c 100000000 /dev/zero | tr '\\0' x); echo not reached"
        with ContainerdBed() as bed:
            limits = Container(["sh", "-c", script], memory_limit_bytes=32 << 20)
            pod = bed.run_pod("shop", "greedy-0", {"greedy": limits})
            status = bed.wait_for_exit(pod, "greedy")
            self.assertEqual((status.exit_code, status.reason), (137, "OOMKilled"))

    def test_nothing_is_left_behind(self):
        with ContainerdBed() as bed:
            bed.run_pod("shop", "web-0", {"web": Container(["sleep", "1000"])})
            self.assertNotEqual(leftovers(bed), [])
        self.assertEqual(leftovers(bed), [])

    def test_nothing_is_left_behind_when_containerd_died(self):
        with ContainerdBed() as bed:
            bed.run_pod("shop", "web-0", {"web": Container(["sleep", "1000"])})
            bed.kill_containerd()
        self.assertEqual(leftovers(bed), [])

    def test_nothing_is_left_behind_after_a_failure_in_the_test(self):
        with self.assertRaises(subprocess.CalledProcessError):
            with ContainerdBed() as bed:
                bed.run_pod("shop", "web-0", {"web": Container(["sleep", "1000"])})
                subprocess.run(["false"], check=True)
        self.assertEqual(leftovers(bed), [])


if __name__ == "__main__":
    e2e_support.main(containerd_bed.what_is_missing)
