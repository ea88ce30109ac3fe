"""What the writers have written: the truth that receivers and ledger are compared with.

Owned by the writers' process, which hands it over as a pickle when it ends; the verifier only reads it. Times
are seconds since the start of the run.
"""

import codecs
import collections
import dataclasses
import re

# A record is written in pieces (nearly always one); each piece begins with its own number, so that a fragment
# tells what it is a fragment of.
PIECE = re.compile(r"(\d+)\.(\d+) ")

Key = collections.namedtuple("Key", "namespace pod container stream")


@dataclasses.dataclass
class File:
    """A log file, by inode; after a truncation the same inode counts as another one."""

    number: int
    container: str
    path: str  # the first one
    created: float
    size: int = 0
    gone: float | None = None  # since when its bytes can no longer be read under any name
    fate: str = "kept"  # kept, deleted, truncated
    packed: bool = False  # only a .gz has them
    story: list = dataclasses.field(default_factory=list)  # [(when, what)]


@dataclasses.dataclass
class Record:
    __slots__ = ("time_ns", "pieces", "files", "raw_bytes", "ended")
    time_ns: int  # 0: the source has no time stamps
    pieces: list  # of bytes
    files: list  # number of the file of each piece
    raw_bytes: int  # of all raw lines
    ended: bool  # the last piece was written

    def text(self):
        return repaired(b"".join(self.pieces))

    def joined(self, first, last):
        return repaired(b"".join(self.pieces[first : last + 1]))


class Truth:
    def __init__(self):
        self.files = []
        self.records = collections.defaultdict(list)  # by Key; a record's number is its index
        self.kinds = {}  # container's name for people -> cri, docker, plain
        self.rotations = 0

    def new_file(self, container, path, now):
        file = File(len(self.files), container, path, now)
        file.story.append((now, f"made as {path}"))
        self.files.append(file)
        return file

    def lines(self):
        return sum(len(record.pieces) for records in self.records.values() for record in records)

    def bytes(self):
        return sum(record.raw_bytes for records in self.records.values() for record in records)


def _replace_one_byte(error):
    return "\ufffd", error.start + 1


codecs.register_error("supercargo", _replace_one_byte)


def repaired(text):
    """As receivers get it: each byte that is in no valid sequence becomes U+FFFD."""
    return text.decode("utf-8", "supercargo")
