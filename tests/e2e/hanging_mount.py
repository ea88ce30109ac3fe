"""A file system whose server does not answer, as NFS whose server is gone: FUSE, by a thread of the test.

Everything that asks it waits in the kernel until answer() or remove(). Its requests are not even taken, so a process
that waits can be killed, as with NFS. The test that uses it must be in a mount and pid namespace of its own
(in_own_namespaces), so that nobody else on the machine meets the mount, and must not touch it itself.
"""

import ctypes
import os
import struct
import subprocess
import sys
import tempfile
import threading

MNT_DETACH = 2
ENOENT, ENOSYS = 2, 38
S_IFDIR = 0o040000
ROOT = 1

# linux/fuse.h
LOOKUP, FORGET, GETATTR, STATFS, INIT, OPENDIR, READDIR, INTERRUPT, BATCH_FORGET = 1, 2, 3, 17, 26, 27, 28, 36, 42
OPEN_RELEASED = {25, 29}  # RELEASE, RELEASEDIR
HEADER = struct.Struct("<IIQQIIIHH")
LIBC = ctypes.CDLL(None, use_errno=True)

BLOCKS, FREE_BLOCKS, BLOCK_BYTES = 1000, 400, 4096  # what it says once it answers
INNER = "SUPERCARGO_E2E_OWN_NAMESPACES"


def mount(device, place, kind, options):
    if LIBC.mount(device.encode(), place.encode(), kind.encode(), 0, options.encode()) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"mount {kind}: {os.strerror(error)}")


class HangingMount:
    """`place`: an empty directory, which goes with it."""

    def __init__(self, kind="fuse.sshfs", device="files.example:/export", place=None):
        self.place = place or tempfile.mkdtemp(prefix="supercargo-e2e-hanging-")
        self._fuse = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
        self._answers = threading.Event()
        self._mounted = False
        try:
            mount(device, self.place, kind, f"fd={self._fuse},rootmode=40000,user_id=0,group_id=0")
            self._mounted = True
            self._init()
        except BaseException:
            self.remove()
            raise
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def answer(self):
        """From now on it works: an empty directory."""
        self._answers.set()

    def abort(self):
        """Its server ends: those who wait in it get an error, and so does whoever asks from now on."""
        fuse, self._fuse = self._fuse, -1
        if fuse >= 0:
            os.close(fuse)

    def remove(self):
        if self._mounted:
            LIBC.umount2(self.place.encode(), MNT_DETACH)
            self._mounted = False
        self.abort()
        if os.path.exists(self.place):
            os.rmdir(self.place)

    def _init(self):
        (_, opcode, unique), body = self._take()
        assert opcode == INIT
        major, minor = struct.unpack_from("<II", body)
        self._reply(unique, struct.pack("<IIIIHHIIHHII24x", major, min(minor, 31), 0, 0, 8, 6, 4096, 1, 0, 0, 0, 0))

    def _serve(self):
        self._answers.wait()
        try:
            while True:
                (_, opcode, unique), _body = self._take()
                if opcode not in (FORGET, BATCH_FORGET, INTERRUPT):
                    self._handle(opcode, unique)
        except OSError:
            pass  # removed

    def _handle(self, opcode, unique):
        if opcode == STATFS:
            block = struct.pack("<QQQQQIIII24x", BLOCKS, FREE_BLOCKS, FREE_BLOCKS, 50, 20, BLOCK_BYTES, 255, BLOCK_BYTES, 0)
            self._reply(unique, block)
        elif opcode == GETATTR:
            attributes = struct.pack("<QQQQQQIIIIIIIIII", ROOT, 0, 0, 0, 0, 0, 0, 0, 0, S_IFDIR | 0o755, 2, 0, 0, 0, 4096, 0)
            self._reply(unique, struct.pack("<QII", 0, 0, 0) + attributes)
        elif opcode == OPENDIR:
            self._reply(unique, struct.pack("<QII", 0, 0, 0))
        elif opcode in OPEN_RELEASED or opcode == READDIR:
            self._reply(unique, b"")
        else:
            self._reply(unique, b"", ENOENT if opcode == LOOKUP else ENOSYS)

    def _take(self):
        request = os.read(self._fuse, 1 << 17)
        size, opcode, unique = HEADER.unpack_from(request)[:3]
        return (size, opcode, unique), request[HEADER.size :]

    def _reply(self, unique, body, error=0):
        os.write(self._fuse, struct.pack("<IiQ", 16 + len(body), -error, unique) + body)


def in_own_namespaces(seconds):
    """Runs the calling program again where it is process 1 and its mounts are its own; ends with what that one ends with.
    Whatever happens there, everything in it is killed when the time is over."""
    if os.environ.get(INNER):
        return
    command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--", sys.executable, *sys.argv]
    child = subprocess.Popen(command, env={**os.environ, INNER: "1"})
    try:
        sys.exit(child.wait(seconds))
    except subprocess.TimeoutExpired:
        print(f"not done within {seconds} s", file=sys.stderr)
        sys.exit(1)
    finally:
        child.kill()
        child.wait()


def what_is_missing():
    """Why there can be no such mount on this machine, or None."""
    probe = "import hanging_mount; hanging_mount.HangingMount().remove()"
    command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--", sys.executable, "-c", probe]
    here = os.path.dirname(os.path.abspath(__file__))
    try:
        done = subprocess.run(command, cwd=here, capture_output=True, text=True, timeout=20, check=False)
    except OSError as error:
        return str(error)
    return None if done.returncode == 0 else f"no FUSE mounts here: {done.stderr.strip()[-300:]}"
