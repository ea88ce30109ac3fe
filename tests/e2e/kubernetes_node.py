"""A cluster of one node on a plain machine: etcd, API server, controllers, scheduler, a kubelet with containerd, DNS.

Everything lies below one temporary directory and in this process' mount and network namespace, which is to be one of
its own (enter_own_namespaces()), so that /var/log, the addresses and port 443 disturb nobody. Pods reach services by
name through a small name server, since nothing here forwards cluster addresses but the API server's. Needs root and a
directory with the programs of PROGRAMS and the CNI plugins of PLUGINS; a containerd there goes before the machine's.
stop() removes all of it.
"""

import contextlib
import glob
import json
import os
import shutil
import subprocess
import sys

from containerd_bed import ContainerdBed, cgroup_hierarchies
from e2e_support import Process, wait_until
from kubelet_options import options_of_the_kubelet, version_of
from name_server import NameServer
from remove_cgroups import remove_cgroups

PROGRAMS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kubectl", "helm")
PLUGINS = ("ptp", "host-local", "loopback")
NODE = "node-1"
HOST = "10.98.0.1"  # the node's address
API = "10.96.0.1"  # of the service `kubernetes`: the API server answers it itself
CGROUP_ROOT = f"/supercargo-node-{os.getpid()}"  # a kubelet kills what it does not know in its own
TOKEN = "administrator"
CURSORS = "/var/lib/supercargo"  # the chart's data_dir: of this run, or two would wait for each other

# What the kubelet insists on, and a container of a developer may not change: it sees files in their places.
SYSCTLS = {
    "vm/overcommit_memory": 1, "vm/panic_on_oom": 0, "kernel/panic": 10, "kernel/panic_on_oops": 1,
    "kernel/keys/root_maxkeys": 1000000, "kernel/keys/root_maxbytes": 25000000,
}


def enter_own_namespaces():
    """Starts this program again in namespaces of its own, once."""
    if os.environ.get("SUPERCARGO_OWN_NAMESPACES"):
        subprocess.run(["mount", "--make-rprivate", "/"], check=True)
        return
    os.environ["SUPERCARGO_OWN_NAMESPACES"] = "1"
    os.execvp("unshare", ["unshare", "--mount", "--net", sys.executable, *sys.argv])


class KubernetesNode:
    def __init__(self, programs, log_max_size="300Ki"):
        self.programs = programs
        os.environ["PATH"] = os.pathsep.join([programs, os.environ["PATH"]])  # its containerd before the machine's
        self.version = version_of(os.path.join(programs, "kubelet"))
        self.bed = ContainerdBed()
        self.directory = os.path.join(self.bed.root, "kubernetes")
        self.static_pods = self.path("static")
        self.log_max_size = log_max_size
        self.parts = []

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

    def start(self):
        os.makedirs(self.directory)
        run("ip", "link", "set", "lo", "up")
        for address in (HOST, API):
            run("ip", "address", "add", f"{address}/32", "dev", "lo")
        write("/proc/sys/net/ipv4/ip_forward", "1")
        self._make_certificates()
        self._start_control_plane()
        self._mount_sysctls()
        self._install_cni()
        self.bed.start()
        run("mount", "--bind", self.bed.host_path("/var/log"), "/var/log")
        os.makedirs(CURSORS, exist_ok=True)
        os.makedirs(self.path("cursors"))
        run("mount", "--bind", self.path("cursors"), CURSORS)
        self._start_kubelet()
        NameServer(HOST, self._addresses).start()
        self.wait_until_ready()

    def wait_until_ready(self):
        wait_until(lambda: "True" in self.kubectl("get", "nodes", "-o", READY, check=False), self.told, seconds=120)

    def crash_and_boot(self):
        """All processes of the node are killed at once, and begin anew on its disk."""
        self.part("kubelet").kill()
        remove_cgroups(CGROUP_ROOT)
        self.bed.lose_what_ran()
        self._make_cgroup()
        self.bed.start_containerd()
        self.part("kubelet").start()
        self.wait_until_ready()

    def stop(self):
        """Removes everything. Never raises: it runs after failures too."""
        for part in reversed(self.parts):
            with contextlib.suppress(AssertionError):
                part.stop(10)
            part.remove()
        remove_cgroups(CGROUP_ROOT)
        for place in ("/var/log", CURSORS):
            subprocess.run(["umount", "--lazy", place], check=False, capture_output=True)
        self.bed.stop()

    def told(self):
        return "\n".join(f"{part.name}: {part.output('stderr')[-600:]}" for part in self.parts)

    def path(self, name):
        return os.path.join(self.directory, name)

    def part(self, name):
        return next(part for part in self.parts if part.name == name)

    def _run_part(self, program, *arguments):
        self.parts.append(Process(program, [os.path.join(self.programs, program), *arguments]))

    # --- the control plane --------------------------------------------------------------------------------------------

    def _make_certificates(self):
        key = ("-newkey", "rsa:2048", "-nodes")
        run("openssl", "req", "-x509", *key, "-keyout", self.path("ca.key"), "-out", self.path("ca.crt"), "-subj", "/CN=ca")
        names = f"subjectAltName=IP:{API},IP:{HOST},DNS:kubernetes.default.svc"
        run("openssl", "req", *key, "-keyout", self.path("api.key"), "-out", self.path("api.csr"), "-subj", "/CN=api")
        write(self.path("names"), names)
        run("openssl", "x509", "-req", "-in", self.path("api.csr"), "-CA", self.path("ca.crt"), "-CAkey",
            self.path("ca.key"), "-CAcreateserial", "-out", self.path("api.crt"), "-extfile", self.path("names"))
        run("openssl", "genrsa", "-out", self.path("accounts.key"), "2048")
        write(self.path("tokens"), f'{TOKEN},admin,admin,"system:masters"\n')
        cluster = {"server": f"https://{API}:443", "certificate-authority": self.path("ca.crt")}
        write(self.path("kubeconfig"), json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "here",
            "clusters": [{"name": "here", "cluster": cluster}],
            "users": [{"name": "admin", "user": {"token": TOKEN}}],
            "contexts": [{"name": "here", "context": {"cluster": "here", "user": "admin"}}],
        }))

    def _start_control_plane(self):
        client, peer = "http://127.0.0.1:2379", "http://127.0.0.1:2380"
        self._run_part("etcd", f"--data-dir={self.path('etcd')}", f"--listen-client-urls={client}",
                       f"--advertise-client-urls={client}", f"--listen-peer-urls={peer}")
        self._run_part(
            "kube-apiserver", f"--etcd-servers={client}", "--service-cluster-ip-range=10.96.0.0/24", "--secure-port=443",
            f"--advertise-address={HOST}", f"--tls-cert-file={self.path('api.crt')}",
            f"--tls-private-key-file={self.path('api.key')}", f"--client-ca-file={self.path('ca.crt')}",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-signing-key-file={self.path('accounts.key')}",
            f"--service-account-key-file={self.path('accounts.key')}", f"--token-auth-file={self.path('tokens')}",
            "--authorization-mode=RBAC", "--allow-privileged=true", f"--cert-dir={self.directory}")
        wait_until(lambda: self.kubectl("get", "--raw", "/readyz", check=False) == "ok", self.told, seconds=120)
        common = (f"--kubeconfig={self.path('kubeconfig')}", "--leader-elect=false", f"--cert-dir={self.directory}")
        self._run_part("kube-controller-manager", *common, f"--root-ca-file={self.path('ca.crt')}",
                       f"--service-account-private-key-file={self.path('accounts.key')}")
        self._run_part("kube-scheduler", *common)

    # --- the node -----------------------------------------------------------------------------------------------------

    def _mount_sysctls(self):
        for name, value in SYSCTLS.items():
            file = self.path(name.replace("/", "_"))
            write(file, f"{value}\n")
            run("mount", "--bind", file, f"/proc/sys/{name}")

    def _install_cni(self):
        for directory in ("bin", "net.d"):
            os.makedirs(os.path.join(self.bed.root, "cni", directory))
        for plugin in PLUGINS:
            shutil.copy(os.path.join(self.programs, plugin), os.path.join(self.bed.root, "cni/bin"))
        addresses = {"type": "host-local", "subnet": "10.99.0.0/24", "routes": [{"dst": "0.0.0.0/0"}],
                     "dataDir": self.path("addresses")}
        write(os.path.join(self.bed.root, "cni/net.d/10-ptp.conflist"), json.dumps({
            "cniVersion": "0.3.1", "name": "pods", "plugins": [{"type": "ptp", "ipMasq": False, "ipam": addresses}]}))

    @staticmethod
    def _make_cgroup():
        for hierarchy in cgroup_hierarchies():
            os.makedirs(hierarchy + CGROUP_ROOT, exist_ok=True)
            for file in glob.glob(f"{hierarchy}/cpuset.[cm][pe][um]s"):  # a new set is empty, and takes no process
                with open(file, encoding="ascii") as all_of_them:
                    write(f"{hierarchy}{CGROUP_ROOT}/{os.path.basename(file)}", all_of_them.read())

    def _start_kubelet(self):
        self._make_cgroup()
        resolv = self.path("resolv.conf")
        write(resolv, "")
        os.makedirs(self.static_pods)
        root = self.path("kubelet")
        runtime = f"unix://{self.bed.socket}"
        settings, arguments = options_of_the_kubelet(self.version, runtime, CGROUP_ROOT)
        write(self.path("kubelet.json"), json.dumps({
            **settings, "staticPodPath": self.static_pods, "containerLogMaxSize": self.log_max_size, "containerLogMaxFiles": 10,
            "clusterDNS": [HOST], "clusterDomain": "cluster.local", "resolvConf": resolv,
        }))
        self._run_part(
            "kubelet", f"--config={self.path('kubelet.json')}", f"--kubeconfig={self.path('kubeconfig')}",
            f"--root-dir={root}", f"--cert-dir={root}/pki", f"--node-ip={HOST}", f"--hostname-override={NODE}",
            *arguments)

    # --- what people do with a cluster --------------------------------------------------------------------------------

    def kubectl(self, *arguments, check=True, stdin=None):
        command = [os.path.join(self.programs, "kubectl"), f"--kubeconfig={self.path('kubeconfig')}", *arguments]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
        assert not check or done.returncode == 0, f"kubectl {' '.join(arguments)}: {done.stderr}"
        return done.stdout

    def helm(self, *arguments):
        command = [os.path.join(self.programs, "helm"), f"--kubeconfig={self.path('kubeconfig')}", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"helm {' '.join(arguments)}: {done.stderr}"
        return done.stdout

    def pods(self, namespace, selector=""):
        listed = json.loads(self.kubectl("get", "pods", f"--namespace={namespace}", f"--selector={selector}", "-o", "json"))
        return [pod for pod in listed["items"] if "deletionTimestamp" not in pod["metadata"]]

    def _addresses(self, namespace, service):
        path = "jsonpath={.subsets[*].addresses[*].ip}"
        return self.kubectl("get", "endpoints", service, f"--namespace={namespace}", "-o", path, check=False).split()


READY = 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}'


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
