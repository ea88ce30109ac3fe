"""The agent in namespaces of its own, as in a pod: the host below a directory, and no capabilities."""

import ctypes
import os
import select
import shutil
import socket
import tempfile
import threading

from e2e_support import Agent, Process, free_port

CLONE_NEWNET = 0x40000000
INNER_PORT = 19655  # in the pod's network; none of this machine's
POD_NAME = "pod-of-the-agent"

# What kubelet and the runtime do: the host's directories are mounted, the pod's own /proc and /sys hide the host's.
# $1: where the host stands, $2: `parts` as the chart mounts it, `whole` for the host's /.
MOUNTS = f"""set -e
host=$1; what=$2; shift 2
if [ "$what" = whole ]; then
  mount --rbind / "$host"
else
  mount -t tmpfs own "$host"
  mkdir -p "$host/proc" "$host/sys" "$host/var/log"
  mount --bind /proc "$host/proc"
  mount --bind /sys "$host/sys"
  mount --rbind /sys/fs/cgroup "$host/sys/fs/cgroup"
  mount --bind /var/log "$host/var/log"
fi
mount -t proc proc /proc
mount -t sysfs sysfs /sys
ip link set lo up
hostname {POD_NAME}
exec "$@"
"""


class PortOfNetwork:
    """A port of this machine that leads to one in another process' network."""

    def __init__(self, port):
        self.process = None
        self._socket = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._socket.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._forward, args=(client,), daemon=True).start()

    def _forward(self, client):
        with client:
            try:
                with self._connect() as server:
                    copy(client, server)
            except OSError:
                pass  # the agent does not listen yet, or not any more

    def _connect(self):
        """This thread enters the network for good: the sockets that it makes belong there."""
        with open(f"/proc/{self.process}/ns/net", "rb") as network:
            if ctypes.CDLL(None, use_errno=True).setns(network.fileno(), CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "setns")
        return socket.create_connection(("127.0.0.1", INNER_PORT), timeout=5)


def copy(one, other):
    peers = {one: other, other: one}
    while peers:
        for source in select.select(list(peers), [], [], 10)[0]:
            data = source.recv(65536)
            if not data:
                return
            peers[source].sendall(data)


class PodAgent(Agent):
    """`uid`: whom it runs as; `mounts`: see MOUNTS."""

    def __init__(self, uid=0, mounts="parts", **config):
        self.host = tempfile.mkdtemp(prefix="supercargo-e2e-host-")
        self.uid = uid
        self.mounts = mounts
        self.forward = None
        super().__init__(host_root=self.host, http={"listen": f"127.0.0.1:{INNER_PORT}"}, **config)

    def start(self):
        if self.forward is None:
            self._wrap()
            self.port = free_port()  # of this machine; the agent listens in its own network
            self.forward = PortOfNetwork(self.port)
        Process.start(self)
        self.forward.process = self.child.pid

    def _wrap(self):
        for directory, _, files in os.walk(self.data_directory):
            for name in ("", *files):
                os.chown(os.path.join(directory, name), self.uid, self.uid)
        user = ["--reuid", str(self.uid), "--regid", str(self.uid), "--clear-groups"]
        user += ["--pdeathsig", "keep"]  # else it would outlive `unshare --kill-child`: a new uid clears the signal
        nothing = ["--bounding-set", "-all", "--inh-caps", "-all", "--no-new-privs"]
        self.command = [
            *("unshare", "--pid", "--fork", "--kill-child", "--net", "--uts", "--cgroup", "--mount", "--"),
            *("sh", "-c", MOUNTS, "sh", self.host, self.mounts),
            *("setpriv", *user, *nothing, "--"),
            *self.command,
        ]

    def remove(self):
        if self.forward:
            self.forward.close()
        super().remove()
        shutil.rmtree(self.host, ignore_errors=True)  # its mounts were those of the namespace
