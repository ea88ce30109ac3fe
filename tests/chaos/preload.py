"""The file through which the agent's world is bent (tests/support/chaos_preload.cc), as seen from outside.

Several processes map it; each value is written by the driver alone.
"""

import mmap
import os
import struct


class Control:
    FORMAT = "<qii"  # clock offset in nanoseconds, no inotify, inotify overflow

    def __init__(self, path):
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.ftruncate(fd, 4096)
        self.path = path
        self.memory = mmap.mmap(fd, 4096)
        os.close(fd)

    def clock_offset_ns(self):
        return struct.unpack_from("<q", self.memory, 0)[0]

    def set_clock_offset(self, seconds):
        struct.pack_into("<q", self.memory, 0, int(seconds * 1e9))

    def set_no_inotify(self, on):
        struct.pack_into("<i", self.memory, 8, int(on))

    def set_overflow(self, on):
        struct.pack_into("<i", self.memory, 12, int(on))
