"""What the receivers have, each in its own form, as deliveries that can be compared with what was written."""

import dataclasses

import loki_limits
from truth import Key


@dataclasses.dataclass
class Delivery:
    __slots__ = ("life", "time_ns", "text", "at", "original_bytes", "place")
    life: str
    time_ns: int
    text: str
    at: float  # seconds since the start
    original_bytes: str | None  # of a text that was cut
    place: str  # which of the output's addresses got it


def loki_key(line):
    return Key(*(line["labels"].get(name, "") for name in Key._fields))


def loki_deliveries(receiver, start_ns):
    for line in receiver.stored():
        at = (line["received_ns"] - start_ns) / 1e9
        original = line["metadata"].get(loki_limits.ORIGINAL_BYTES)
        yield loki_key(line), Delivery(line["tenant"], line["time_ns"], line["line"], at, original, "")


def graylog_deliveries(receiver, start_ns):
    for message in receiver.stored():
        key = Key(*(message.get("_" + name, "") for name in Key._fields))
        seconds, fraction = str(message["timestamp"]).split(".")
        time_ns = int(seconds) * 10**9 + int((fraction + "000000000")[:9])
        text = message.get("full_message", message["short_message"])
        at = (message["received_ns"] - start_ns) / 1e9
        yield key, Delivery(message["_life"], time_ns, text, at, None, message.get("place", ""))


DELIVERIES = {"loki": loki_deliveries, "graylog": graylog_deliveries}
