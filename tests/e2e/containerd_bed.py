"""Real containers on a plain machine: a private containerd with its CRI plugin.

Everything lies below one temporary directory: socket, state, images (made here from busybox, no registry) and a host
root with var/log/pods and var/log/containers as kubelet lays them out. Pods get cgroups below /kubepods. stop() removes
all of it, also after a failure: pods, shims, mounts, cgroups, files. Needs root.

    with ContainerdBed() as bed:
        pod = bed.run_pod("shop", "web-0", {"web": Container(["sh", "-c", "echo hello; sleep 60"])})
        print(bed.read_log(pod, "web"), bed.stats())
"""

import contextlib
import ctypes
import dataclasses
import glob
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid

from container_images import IMAGE, PAUSE_IMAGE, import_archive, write_image_archive

CGROUP_ROOT = "/sys/fs/cgroup"


@dataclasses.dataclass
class Container:
    command: list
    memory_limit_bytes: int = 0
    cpu_quota_percent: int = 0  # of one core; 0: no limit


@dataclasses.dataclass
class Pod:
    namespace: str
    name: str
    uid: str
    sandbox_id: str = ""
    container_ids: dict = dataclasses.field(default_factory=dict)

    @property
    def log_directory(self):
        return f"/var/log/pods/{self.namespace}_{self.name}_{self.uid}"


def what_is_missing():
    """Why this machine cannot run the bed, or None."""
    if os.geteuid() != 0:
        return "needs root, to make cgroups and mounts"
    for program in ("containerd", "containerd-shim-runc-v2", "ctr", "runc", "busybox", "protoc"):
        if shutil.which(program) is None:
            return f"the program {program} is not installed (./dev setup test)"
    for module in ("grpc", "google.protobuf"):
        if not has_module(module):
            return f"the Python module {module} is not installed (./dev setup test)"
    try:
        probe = os.path.join(cgroup_hierarchies()[0], f"supercargo-probe-{os.getpid()}")
        os.mkdir(probe)
        os.rmdir(probe)
    except (OSError, IndexError) as error:
        return f"cgroups cannot be made here: {error}"
    return None


def has_module(name):
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:  # of the package above it
        return False


def cgroup_hierarchies():
    """Mount points of the v1 controllers and of the v2 tree."""
    points = []
    with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
        for line in mounts:
            fields = line.split()
            kind = fields[fields.index("-") + 1]
            if kind in ("cgroup", "cgroup2") and fields[4].startswith(CGROUP_ROOT):
                points.append(fields[4])
    return points


class ContainerdBed:
    def __init__(self):
        self.root = tempfile.mkdtemp(prefix="supercargo-bed-")
        self.host_root = os.path.join(self.root, "host")
        self.pods = []
        self.cri = None
        self._containerd = None
        self._had_kubepods = {h for h in cgroup_hierarchies() if os.path.isdir(f"{h}/kubepods")}
        self._had_run_containerd = os.path.isdir("/run/containerd")
        become_subreaper()

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    # --- life ---------------------------------------------------------------------------------------------------------

    @property
    def socket(self):
        return os.path.join(self.root, "c.sock")

    def start(self):
        for directory in ("var/log/pods", "var/log/containers"):
            os.makedirs(os.path.join(self.host_root, directory))
        with open(self._config_file, "w", encoding="utf-8") as out:
            out.write(self._config())
        self.start_containerd()
        import cri_client  # here, so that what_is_missing() can be asked where there is no gRPC

        self.cri = cri_client.CriClient(self.socket, cri_client.compile_messages(self.root))
        self.cri.version()
        archive = os.path.join(self.root, "images.tar")
        write_image_archive(archive)
        self.import_images(archive, IMAGE, PAUSE_IMAGE)

    @property
    def _config_file(self):
        return os.path.join(self.root, "containerd.toml")

    def start_containerd(self):
        """Also after kill_containerd()."""
        with open(os.path.join(self.root, "containerd.log"), "ab") as log:
            self._containerd = subprocess.Popen(
                ["containerd", "--config", self._config_file], stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        self._wait_until_serving()

    def _config(self):
        cri = 'plugins."io.containerd.grpc.v1.cri"'
        return f"""version = 2
root = "{self.root}/lib"
state = "{self.root}/run"
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs", "io.containerd.internal.v1.opt"]
[grpc]
  address = "{self.socket}"
[ttrpc]
  address = "{self.root}/t.sock"
[{cri}]
  sandbox_image = "{PAUSE_IMAGE}"
  restrict_oom_score_adj = true
  disable_apparmor = true
  tolerate_missing_hugetlb_controller = true
  stats_collect_period = 1
  [{cri}.cni]
    bin_dir = "{self.root}/cni/bin"
    conf_dir = "{self.root}/cni/net.d"
  [{cri}.containerd]
    snapshotter = "native"
    [{cri}.containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [{cri}.containerd.runtimes.runc.options]
        SystemdCgroup = false
        Root = "{self.root}/runc"
"""

    def _ctr(self, *arguments, check=True):
        return subprocess.run(
            ["ctr", "--address", self.socket, "--namespace", "k8s.io", *arguments],
            check=check,
            capture_output=True,
            text=True,
        )

    def _wait_until_serving(self, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self._containerd.poll() is not None:
                raise RuntimeError(f"containerd ended: {self.containerd_log()[-4000:]}")
            if os.path.exists(self.socket) and self._ctr("version", check=False).returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError(f"containerd does not serve: {self.containerd_log()[-4000:]}")

    def kill_containerd(self):
        self._containerd.kill()
        self._containerd.wait()

    def lose_what_ran(self):
        """As a host that went down: of what ran nothing is left but what is on the disk. start_containerd() goes on from it."""
        self.kill_containerd()
        self._end_shims(self._shims())
        self._unmount()
        shutil.rmtree(os.path.join(self.root, "run"), ignore_errors=True)

    def containerd_log(self):
        with open(os.path.join(self.root, "containerd.log"), encoding="utf-8", errors="replace") as log:
            return log.read()

    def import_images(self, archive, *names):
        """Returns when containers can be made of them: the CRI plugin hears of an image some time after the import."""
        import_archive(self.socket, archive)
        ends = time.monotonic() + 60
        while not all(map(self.cri.has_image, names)):
            if time.monotonic() > ends:
                raise RuntimeError(f"containerd does not know {names}: {self.containerd_log()[-4000:]}")
            time.sleep(0.05)

    def stop(self):
        """Removes everything. Never raises: it runs after failures too."""
        shims, shim_sockets = self._shims(), self._shim_sockets()
        serving = self._containerd is not None and self._containerd.poll() is None
        for pod in self.pods if serving else []:
            for call in ("stop_pod_sandbox", "remove_pod_sandbox"):
                with contextlib.suppress(Exception):
                    getattr(self.cri, call)(pod.sandbox_id)
        if self.cri is not None:
            self.cri.close()
        self._kill_cgroups()
        self._end_shims(shims)
        for path in shim_sockets:
            with contextlib.suppress(OSError):
                os.unlink(path)
        if self._containerd is not None:
            end_process(self._containerd)
        self._unmount()
        self._remove_cgroups()
        shutil.rmtree(self.root, ignore_errors=True)
        if not self._had_run_containerd:
            remove_empty_directories("/run/containerd")

    def _pod_cgroups(self):
        for hierarchy in cgroup_hierarchies():
            for pod in self.pods:
                directory = f"{hierarchy}/kubepods/burstable/pod{pod.uid}"
                if os.path.isdir(directory):
                    yield directory

    def _kill_cgroups(self):
        for pod_directory in self._pod_cgroups():
            for directory, _, files in os.walk(pod_directory):
                if "cgroup.procs" not in files:
                    continue
                with contextlib.suppress(OSError), open(f"{directory}/cgroup.procs", encoding="ascii") as procs:
                    for pid in procs.read().split():
                        with contextlib.suppress(OSError):
                            os.kill(int(pid), signal.SIGKILL)

    def _shims(self):
        """Shims outlive containerd; ours are those that were told our socket."""
        pids = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError), open(f"/proc/{pid}/cmdline", "rb") as file:
                arguments = file.read().split(b"\0")
                if b"containerd-shim" in arguments[0] and self.socket.encode() in arguments:
                    pids.append(int(pid))
        return pids

    def _shim_sockets(self):
        """They lie below /run/containerd, whatever `state` says; a shim that was killed leaves its own."""
        paths = []
        for file in glob.glob(f"{self.root}/run/io.containerd.runtime.v2.task/k8s.io/*/address"):
            with contextlib.suppress(OSError), open(file, encoding="utf-8") as address:
                paths.append(address.read().removeprefix("unix://"))
        return paths

    def _end_shims(self, pids):
        for pid in self._shims():
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        for pid in pids:
            with contextlib.suppress(OSError):
                os.waitpid(pid, 0)

    def _unmount(self):
        with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
            points = [line.split()[4] for line in mounts]
        for point in sorted((p for p in points if p.startswith(self.root + "/")), reverse=True):
            subprocess.run(["umount", "--lazy", point], check=False, capture_output=True)

    def _remove_cgroups(self):
        ends = time.monotonic() + 5
        while any(True for _ in self._pod_cgroups()) and time.monotonic() < ends:
            for pod_directory in self._pod_cgroups():
                remove_empty_directories(pod_directory)
            time.sleep(0.05)
        for hierarchy in set(cgroup_hierarchies()) - self._had_kubepods:
            for directory in ("kubepods/burstable", "kubepods"):
                with contextlib.suppress(OSError):
                    os.rmdir(os.path.join(hierarchy, directory))

    # --- pods ---------------------------------------------------------------------------------------------------------

    def run_pod(self, namespace, name, containers):
        """Runs a pod of {container name: Container} on the host's network and returns it."""
        pb = self.cri.messages
        pod = Pod(namespace, name, str(uuid.uuid4()))
        labels = {
            "io.kubernetes.pod.name": name,
            "io.kubernetes.pod.namespace": namespace,
            "io.kubernetes.pod.uid": pod.uid,
        }
        config = pb.PodSandboxConfig(
            metadata=pb.PodSandboxMetadata(name=name, uid=pod.uid, namespace=namespace),
            log_directory=self.host_path(pod.log_directory),
            labels=labels,
            linux=pb.LinuxPodSandboxConfig(
                cgroup_parent=f"/kubepods/burstable/pod{pod.uid}",
                security_context=pb.SandboxSecurityContext(
                    namespace_options=pb.NamespaceOption(network=pb.NODE)
                ),
            ),
        )
        self.pods.append(pod)  # first, so that stop() finds what a failure leaves
        pod.sandbox_id = self.cri.run_pod_sandbox(config)
        for container_name, container in containers.items():
            self._start_container(pod, config, container_name, container)
        return pod

    def _start_container(self, pod, sandbox_config, name, container):
        pb = self.cri.messages
        os.makedirs(self.host_path(f"{pod.log_directory}/{name}"), exist_ok=True)
        config = pb.ContainerConfig(
            metadata=pb.ContainerMetadata(name=name),
            image=pb.ImageSpec(image=IMAGE),
            command=container.command,
            labels=dict(sandbox_config.labels, **{"io.kubernetes.container.name": name}),
            log_path=f"{name}/0.log",
            linux=pb.LinuxContainerConfig(
                resources=pb.LinuxContainerResources(
                    cpu_period=100_000,
                    cpu_quota=container.cpu_quota_percent * 1_000,
                    memory_limit_in_bytes=container.memory_limit_bytes,
                ),
                security_context=pb.LinuxContainerSecurityContext(
                    namespace_options=pb.NamespaceOption(network=pb.NODE)
                ),
            ),
        )
        container_id = self.cri.create_container(pod.sandbox_id, config, sandbox_config)
        pod.container_ids[name] = container_id
        self.cri.start_container(container_id)
        os.symlink(
            f"{pod.log_directory}/{name}/0.log",
            self.host_path(f"/var/log/containers/{pod.name}_{pod.namespace}_{name}-{container_id}.log"),
        )

    def remove_pod(self, pod):
        self.cri.stop_pod_sandbox(pod.sandbox_id)
        self.cri.remove_pod_sandbox(pod.sandbox_id)

    def stop_container(self, pod, name, grace_seconds=10):
        """SIGTERM, and SIGKILL after the grace; its logs stay."""
        self.cri.stop_container(pod.container_ids[name], grace_seconds)

    def wait_for_exit(self, pod, name, seconds=60):
        """The container's ContainerStatus once it has ended."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            status = self.cri.container_status(pod.container_ids[name])
            if status.state == self.cri.messages.CONTAINER_EXITED:
                return status
            time.sleep(0.1)
        raise RuntimeError(f"{pod.name}/{name} still runs after {seconds} s")

    def stats(self):
        """What the runtime itself reports: {container id: (CPU seconds, working set bytes)}."""
        return {
            it.attributes.id: (it.cpu.usage_core_nano_seconds.value / 1e9, it.memory.working_set_bytes.value)
            for it in self.cri.container_stats()
        }

    # --- logs ---------------------------------------------------------------------------------------------------------

    def host_path(self, path):
        return self.host_root + path

    def log_path(self, pod, name):
        return self.host_path(f"{pod.log_directory}/{name}/0.log")

    def read_log(self, pod, name):
        with open(self.log_path(pod, name), encoding="utf-8") as log:
            return log.read()

    def rotate(self, pod, name):
        """As kubelet does: rename, then let the runtime reopen. Returns the renamed file."""
        path = self.log_path(pod, name)
        rotated = path + time.strftime(".%Y%m%d-%H%M%S", time.gmtime())
        if os.path.exists(rotated):
            raise RuntimeError("two rotations in one second")
        os.rename(path, rotated)
        self.cri.reopen_container_log(pod.container_ids[name])
        return rotated


def become_subreaper():
    """Orphans come to this process instead of to init, so that it can wait for the shims to be gone."""
    pr_set_child_subreaper = 36
    ctypes.CDLL(None).prctl(pr_set_child_subreaper, 1, 0, 0, 0)


def remove_empty_directories(top):
    for directory, _, _ in os.walk(top, topdown=False):
        with contextlib.suppress(OSError):
            os.rmdir(directory)


def end_process(process, seconds=20):
    """SIGTERM, then SIGKILL; the exit status."""
    process.terminate()
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
