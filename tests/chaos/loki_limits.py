"""A Loki that refuses for a while what it took before: which limits, when, and what that allows.

Drawn from a random source of its own, so that older seeds keep their schedules. The receiver is the ordinary
stand-in, whose limits change while it runs; what it refuses it writes down (receivers.Loki.refused).
"""

import collections
import time

from processes import ORDER_SECONDS, http
from truth import PIECE

# Kinds, and what they make of lines: "later" (all arrive), "cut", or "dropped" (never to be accepted).
KINDS = {
    "stream_rate": 4,
    "ingestion_rate": 3,
    "max_streams": 3,
    "line": 3,
    "metadata": 2,
    "behind": 3,
    "old": 2,
    "poison": 3,
    "blocked": 1,
    "forbidden": 0.3,
}
# The stand-in's reasons for lines that it will never take, and the ledger's.
PERMANENT = {
    "too_far_behind": {"too_far_behind"},
    "greater_than_max_sample_age": {"too_old"},
    "poison": {"http_500"},
}
DROPPING = {"behind": "too_far_behind", "old": "greater_than_max_sample_age", "poison": "poison"}
CUT_MARKER = "...[cut by supercargo]"
ORIGINAL_BYTES = "supercargo_original_bytes"


def draw(chance, life):
    """[{at, seconds, kind, limits: {name: value}, clock_by}]; `life`: (first, last) moment of a beginning."""
    windows, at = [], chance.uniform(life[0], life[1] / 2)
    for _ in range(chance.choice((0, 0, 1, 1, 2))):
        if at > life[1]:
            break
        kind = chance.choices(list(KINDS), KINDS.values())[0]
        window = {"at": round(at, 2), "seconds": round(chance.uniform(0.5, 4), 2), "kind": kind}
        window["limits"], window["clock_by"] = limits(chance, kind), 0
        if kind in ("behind", "old"):
            window["clock_by"] = -chance.choice((120, 3600, 86_400))
        windows.append(window)
        at += window["seconds"] + chance.uniform(0.5, 3)
    return windows


def away(windows, chance, life):
    """Behind the others, for some seeds: the ingester of some streams is away, and whoever pushes them is told so,
    in words of Loki's or of nobody's."""
    end = max([window["at"] + window["seconds"] + 0.5 for window in windows], default=life[0])
    if chance.random() > 0.25 or end > life[1]:
        return []
    at, seconds = round(chance.uniform(end, life[1]), 2), round(chance.uniform(0.5, 4), 2)
    limits = {"away_share": chance.choice((1, 2, 4)), "away_answer": chance.randrange(3)}
    return [{"at": at, "seconds": seconds, "kind": "away", "limits": limits, "clock_by": 0}]


def limits(chance, kind):
    rate = chance.choice((300_000, 1_000_000))
    burst = int(rate * chance.choice((0.3, 1, 3)))
    return {
        "stream_rate": {"stream_rate": rate, "stream_burst": burst, "whole_stream": chance.randrange(2)},
        "ingestion_rate": {"ingestion_rate": 2 * rate, "ingestion_burst": 2 * burst},
        "max_streams": {"max_streams": chance.choice((1, 3, 8))},
        "line": {"max_line_bytes": chance.choice((100, 1000, 20_000))},
        "metadata": {"allow_metadata": 0},
        "behind": {"max_behind_s": 60},
        "old": {"max_age_s": 60},
        "poison": {"poison_share": chance.choice((50, 500, 5000))},
        "blocked": {"blocked_until_s": 0},
        "forbidden": {"answer_status": chance.choice((401, 403, 404))},
    }[kind]


def run(world):
    """Generator, stepped through by the driver like those of faults.py."""
    for window in world.plan["loki_limits"]:
        yield max(0, window["at"] - world.now())
        begin, values = world.now(), dict(window["limits"])
        if window["kind"] == "blocked":
            values["blocked_until_s"] = int(time.time() + window["seconds"])
        order(world, "&".join(f"{name}={value}" for name, value in values.items()))
        yield window["seconds"] / 2
        if window["clock_by"]:
            world.clock_offset += window["clock_by"]
            world.control.set_clock_offset(world.clock_offset)
            world.agent.note(f"clock {window['clock_by']:+} s")
        yield window["seconds"] / 2
        order(world, "default=1")
        world.troubles["loki"].append((begin, world.now() + 1))


def order(world, limits_text):
    """Nobody answers while it is down; it comes back without limits."""
    http(world.receivers["loki"].port, f"/stand-in/limits?{limits_text}", "POST", ORDER_SECONDS)


class Refusals:
    """What the stand-in refused, by record: whether it may be missing, late or cut."""

    def __init__(self, refused, key_of):
        self.reasons = collections.defaultdict(set)  # (key, number of the record)
        for line in refused:
            match = PIECE.match(line["line"])
            if match:
                self.reasons[(key_of(line), int(match[1]))].add(line["reason"])

    def permanent(self, key, number):
        return bool(self.reasons.get((key, number), set()) & PERMANENT.keys())

    def any(self, key, number):
        return (key, number) in self.reasons


def allowed_drops(plan):
    """Reasons that the ledger may give."""
    kinds = {window["kind"] for window in plan["loki_limits"]}
    return set().union(*(PERMANENT[DROPPING[kind]] for kind in kinds & DROPPING.keys()))


def may_cut(plan):
    return any(window["kind"] == "line" for window in plan["loki_limits"])


def may_strip(plan):
    """Structured metadata is left out for a while once it was refused, also that of lines that are cut."""
    return any(window["kind"] == "metadata" for window in plan["loki_limits"])


def is_cut_of(delivered, original_bytes, written):
    """Whether a text is the beginning of a longer one, and says so; without metadata not of which."""
    head = delivered[: -len(CUT_MARKER)]
    return (
        delivered.endswith(CUT_MARKER)
        and written.startswith(head)
        and original_bytes in (None, str(len(written.encode())))
    )
