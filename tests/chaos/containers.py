"""Containers that write logs as containerd, Docker or a plain program does.

A container is a set of generators which one loop in the writers' process (writers.py) steps through; each
yields the seconds it wants to sleep. What happens to the files behind a container's back is in rotation.py.
"""

import base64
import json
import os
import random
import time

from truth import Key, Record

TICK = 0.01
ALPHABET = "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789 .:;-_/()[]{}\"'\\ äöü€ "
PARTIAL_PIECE = 16384
ODD_TEXTS = [
    b"nul \0 inside",
    b"\xff\xfe no text at all \xc0\x80",
    b"cut sequence \xe2\x82 and \xf0\x9f\x98 here",
    b"surrogate \xed\xa0\x80 and tab \t bell \a escape \x1b[31m",
    b"  leads with blanks",
    "separators \u2028 \u2029 \u0085 \ufeff \U0001f600".encode(),
]


class Container:
    """One container of any kind; subclasses know its format and its files' names."""

    def __init__(self, spec, world):
        self.spec = spec
        self.world = world
        self.random = random.Random(f"{world.seed}/{spec['name']}")
        self.key = {
            stream: Key(spec["namespace"], spec["pod"], spec["container"], stream)
            for stream in ("stdout", "stderr")
        }
        self.directory = world.root + spec["directory"]
        self.texts = ["".join(self.random.choices(ALPHABET, k=spec["text_bytes"])) for _ in range(16)]
        self.handle = None  # the runtime's descriptor
        self.file = None  # what it leads to
        self.open_records = {}  # stream -> (record, pieces still to come)
        self.ended = False
        self.writing = False  # in the middle of it
        world.truth.kinds[spec["name"]] = spec["kind"]

    # --- writing ------------------------------------------------------------------------------------------

    def run(self):
        spec = self.spec
        yield spec["starts_at"]
        self.begin()
        begin, written = self.world.now(), 0
        while not self.ended and self.world.now() < spec["ends_at"]:
            now = self.world.now()
            due = int((now - begin) * spec["rate"]) - written
            burst = spec["burst"] and self.random.random() < 0.004
            if due > 0 or burst:
                written += max(due, 0)
                yield from self.write(max(0, min(due, 2000)) + (spec["burst"] if burst else 0))
            yield TICK if spec["rate"] > 50 else self.random.uniform(TICK, 20 * TICK)
        if not self.ended:
            yield from self.end()

    def write(self, lines):
        if self.handle is None:
            return  # between two restarts
        stamp = self.world.wall_ns()
        step = 0 if self.spec["equal_stamps"] else 1000
        out = []
        for i in range(lines):
            out.append(self.line(stamp + i * step))
        data = b"".join(out)
        if len(data) > 1 and self.random.random() < 0.05:
            at = self.random.randrange(1, len(data))
            self.put(data[:at])
            self.writing = True
            yield self.random.uniform(0.001, 0.02)
            self.writing = False
            data = data[at:]
        self.put(data)

    def quiet(self):
        """Waits for the end of a write: runtimes change their file between two."""
        while self.writing:
            yield 0.001

    def put(self, data):
        """To wherever the runtime's descriptor leads at this moment."""
        while data:
            count = os.write(self.handle, data)
            self.file.size += count
            data = data[count:]

    def line(self, stamp):
        """One raw line, noted as written to the file that is open now."""
        share = self.random.random()
        stream = "stderr" if self.random.random() < self.spec["stderr_share"] else "stdout"
        if stream in self.open_records:
            return self.next_piece(stream, stamp)
        number = len(self.world.truth.records[self.key[stream]])
        text = f"{number}.0 {self.texts[number & 15]}".encode()
        ended = True
        if share < self.spec["odd_share"]:
            text = f"{number}.0 ".encode() + self.random.choice(self.odd_texts())
        elif share < self.spec["odd_share"] + self.spec["partial_share"]:
            text = self.piece_text(number, 0)
            ended = False
        elif share > 1 - self.spec["long_share"]:
            text += base64.b64encode(self.random.randbytes(self.random.randrange(2000, 12000)))
        raw = self.encode(stamp, stream, text, ended)
        record = Record(stamp if self.has_time else 0, [text], [self.file.number], len(raw), ended)
        self.world.truth.records[self.key[stream]].append(record)
        if not ended:
            self.open_records[stream] = (record, self.random.choice((1, 1, 2, 5)), number)
        return raw

    def next_piece(self, stream, stamp):
        record, left, number = self.open_records.pop(stream)
        text = self.piece_text(number, len(record.pieces))
        record.ended = left == 1
        raw = self.encode(stamp, stream, text, record.ended)
        record.pieces.append(text)
        record.files.append(self.file.number)
        record.raw_bytes += len(raw)
        if not record.ended:
            self.open_records[stream] = (record, left - 1, number)
        return raw

    def piece_text(self, number, index):
        size = PARTIAL_PIECE if self.random.random() < 0.05 else self.random.randrange(1, 200)
        return f"{number}.{index} ".encode() + b"p" * size

    def odd_texts(self):
        return ODD_TEXTS

    # --- files --------------------------------------------------------------------------------------------

    def begin(self):
        self.world.make_directories(self.directory)
        self.open_current()

    def open_current(self):
        if self.handle is not None:
            os.close(self.handle)
        path = self.current_path()
        self.handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        if os.fstat(self.handle).st_ino != self.world.inode_of(self.file):
            self.file = self.world.new_file(self.spec["name"], path, self.handle)

    def close(self):
        if self.handle is not None:
            os.close(self.handle)
            self.handle = None

    def path(self, name):
        return os.path.join(self.directory, name)

    def end(self):
        """The container ends; its last record may lack its end. Its files stay."""
        if self.open_records and self.random.random() < 0.7:
            for stream in list(self.open_records):
                while stream in self.open_records:
                    self.put(self.next_piece(stream, self.world.wall_ns()))
        self.open_records.clear()
        self.ended = True
        self.close()
        return iter(())


class CriContainer(Container):
    has_time = True

    def __init__(self, spec, world):
        super().__init__(spec, world)
        self.restart = 0
        self.second = None

    def current_path(self):
        return self.path(f"{self.restart}.log")

    def encode(self, stamp, stream, text, ended):
        return self.stamp(stamp) + (f" {stream} F " if ended else f" {stream} P ").encode() + text + b"\n"

    def stamp(self, time_ns):
        """RFC3339Nano, as Go writes it: without trailing zeros."""
        second, fraction = divmod(time_ns, 10**9)
        if self.second is None or self.second[0] != second:
            self.second = (second, time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second)))
        return (self.second[1] + (f".{fraction:09d}".rstrip("0") if fraction else "") + "Z").encode()


class DockerContainer(Container):
    has_time = True

    def begin(self):
        """The directory comes with its configuration in it, so that its name is the same for all."""
        beside = os.path.join(self.world.root, "made-" + self.spec["id"])
        self.world.make_directories(beside)
        with open(os.path.join(beside, "config.v2.json"), "w", encoding="utf-8") as out:
            name = "/" + self.spec["container"]
            json.dump({"ID": self.spec["id"], "Name": name, "Config": {"Labels": {}}}, out)
        os.rename(beside, self.directory)
        self.open_current()

    def current_path(self):
        return self.path(f"{self.spec['id']}-json.log")

    def encode(self, stamp, stream, text, ended):
        second, fraction = divmod(stamp, 10**9)
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second)) + f".{fraction:09d}Z"
        log = text.decode() + ("\n" if ended else "")
        return json.dumps({"log": log, "stream": stream, "time": moment}, ensure_ascii=False).encode() + b"\n"

    def odd_texts(self):
        return [text for text in ODD_TEXTS if text.isascii() or text.startswith(b"separators")]


class PlainFile(Container):
    has_time = False

    def current_path(self):
        return self.path(self.spec["container"])

    def encode(self, stamp, stream, text, ended):
        return text + (b"\r\n" if self.spec["crlf"] else b"\n")

    def odd_texts(self):
        return ODD_TEXTS
