"""A file system whose server does not answer, as NFS whose server is gone: FUSE, by a thread of the test.

Everything that asks it waits in the kernel until answer() or remove(). Its requests are not even taken, so a
process that waits can be killed, as with NFS. The test that uses it must be in a mount and pid namespace of its
own (in_own_namespaces), so that nobody else on the machine meets the mount, and must not touch it itself.
"""

import ctypes
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import threading

import e2e_support

MNT_DETACH = 2
ENOENT, ENOSYS = 2, 38
S_IFDIR, S_IFREG = 0o040000, 0o100000
ROOT, FILE = 1, 2
FOR_EVER = 1 << 30  # seconds that the kernel may remember an answer

# linux/fuse.h
LOOKUP, FORGET, GETATTR, OPEN, READ, STATFS, RELEASE, INIT = 1, 2, 3, 14, 15, 17, 18, 26
OPENDIR, READDIR, RELEASEDIR, INTERRUPT, BATCH_FORGET = 27, 28, 29, 36, 42
FOPEN_NOFLUSH = 1 << 5  # closing a file must not wait: nobody could be killed then
HEADER = struct.Struct("<IIQQIIIHH")
LIBC = ctypes.CDLL(None, use_errno=True)

BLOCKS, FREE_BLOCKS, BLOCK_BYTES = 1000, 400, 4096  # what it says once it answers
INNER = "SUPERCARGO_E2E_OWN_NAMESPACES"


def mount(device, place, kind, options):
    if LIBC.mount(device.encode(), place.encode(), kind.encode(), 0, options.encode()) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"mount {kind}: {os.strerror(error)}")


class HangingMount:
    """`place`: a directory that it covers, and that goes with it. `text`: of the file a.log in it, of which one page can be
    read and then no more."""

    def __init__(self, kind="fuse.sshfs", device="files.example:/export", place=None, text=b""):
        self.place = place or tempfile.mkdtemp(prefix="supercargo-e2e-hanging-")
        self._text = text
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
        """From now on it works."""
        self._answers.set()

    def abort(self):
        """Its server ends: those who wait in it get an error, and so does whoever asks from now on."""
        fuse, self._fuse = self._fuse, -1
        if fuse >= 0:
            os.close(fuse)

    def unmount(self):
        """What it covered is there again; those who wait in it get an error."""
        if self._mounted:
            LIBC.umount2(self.place.encode(), MNT_DETACH)
            self._mounted = False
        self.abort()

    def remove(self):
        self.unmount()
        shutil.rmtree(self.place, ignore_errors=True)

    def _init(self):
        opcode, unique, _, body = self._take()
        assert opcode == INIT
        major, minor = struct.unpack_from("<II", body)
        settings = (major, min(minor, 31), 0, 0, 8, 6, 4096, 1, 0, 0, 0, 0)
        self._reply(unique, struct.pack("<IIIIHHIIHHII24x", *settings))

    def _serve(self):
        self._answers.wait()
        try:
            opcode = INIT
            while opcode != READ:
                opcode, unique, node, body = self._take()
                if opcode not in (FORGET, BATCH_FORGET, INTERRUPT):
                    self._handle(opcode, unique, node, body)
        except OSError:
            pass  # removed

    def _handle(self, opcode, unique, node, body):
        if opcode == STATFS:
            sizes = (BLOCKS, FREE_BLOCKS, FREE_BLOCKS, 50, 20, BLOCK_BYTES, 255, BLOCK_BYTES, 0)
            self._reply(unique, struct.pack("<QQQQQIIII24x", *sizes))
        elif opcode == GETATTR:
            self._reply(unique, struct.pack("<QII", FOR_EVER, 0, 0) + self._attributes(node))
        elif opcode == LOOKUP and self._text and body.startswith(b"a.log\0"):
            entry = struct.pack("<QQQQII", FILE, 0, FOR_EVER, FOR_EVER, 0, 0)
            self._reply(unique, entry + self._attributes(FILE))
        elif opcode == READ:
            offset, size = struct.unpack_from("<8xQI", body)
            self._reply(unique, self._text[offset : offset + size])
        elif opcode in (OPEN, OPENDIR):
            self._reply(unique, struct.pack("<QII", 0, FOPEN_NOFLUSH if opcode == OPEN else 0, 0))
        elif opcode == READDIR:
            first = self._text and struct.unpack_from("<8xQ", body)[0] == 0
            self._reply(unique, struct.pack("<QQII8s", FILE, 1, 5, 8, b"a.log") if first else b"")
        else:
            done = opcode in (RELEASE, RELEASEDIR)
            self._reply(unique, b"", 0 if done else ENOENT if opcode == LOOKUP else ENOSYS)

    def _attributes(self, node):
        size = len(self._text) if node == FILE else 0
        mode = S_IFREG | 0o644 if node == FILE else S_IFDIR | 0o755
        values = (node, size, size // 512, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)
        return struct.pack("<QQQQQQIIIIIIIIII", *values)

    def _take(self):
        """(opcode, unique, node, body) of the next request."""
        request = os.read(self._fuse, 1 << 17)
        _, opcode, unique, node, *_ = HEADER.unpack_from(request)
        return opcode, unique, node, request[HEADER.size :]

    def _reply(self, unique, body, error=0):
        os.write(self._fuse, struct.pack("<IiQ", 16 + len(body), -error, unique) + body)


OWN_NAMESPACES = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--"]


def in_own_namespaces(seconds):
    """Runs the calling program again where it is process 1 and its mounts are its own; ends with what that one
    ends with. Whatever happens there, everything in it is killed when the time is over.

    Where no FUSE file system can be mounted the tests are skipped; in CI, where nothing may be skipped, that is
    said and is no failure: what a machine of CI allows is not the agent's fault, and unit tests hang without one.
    """
    if os.environ.get(INNER):
        return
    missing = what_is_missing()
    if missing:
        print(f"NOT RUN: {missing}" if os.environ.get("CI") else f"SKIPPED: {missing}")
        sys.exit(0 if os.environ.get("CI") else e2e_support.SKIPPED)
    child = subprocess.Popen([*OWN_NAMESPACES, sys.executable, *sys.argv], env={**os.environ, INNER: "1"})
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
    here = os.path.dirname(os.path.abspath(__file__))
    command = [*OWN_NAMESPACES, sys.executable, "-c", probe]
    try:
        done = subprocess.run(command, cwd=here, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return None if done.returncode == 0 else f"no FUSE mounts here: {done.stderr.strip()[-300:]}"
