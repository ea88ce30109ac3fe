"""Is every loss in the ledger, and nothing else?

The ledgers of all lives of the agent against the lines that are missing, by output and container.
"""

import collections

import loki_limits

# Losses that an agent can know of: it had seen the file, or has its cursor.
KNOWABLE = ("refused", "gone_while_down", "gone_before_death", "truncated", "out_of_bounds")
SHORT_LIFE = 1.0  # seconds: what it counted may not have been seen


class Losses:
    """What the ledgers name, and what is missing, by (output, (namespace, pod, container))."""

    def __init__(self, world):
        self.named = collections.defaultdict(collections.Counter)  # reason -> lines, at least one
        self.bytes = collections.Counter()
        self.missing = collections.defaultdict(collections.Counter)  # reason -> lines
        # What nobody can know: a cursor that was destroyed, a count in a ledger that was not asked in time.
        damaged = any(fault["kind"] == "damage" for fault in world.plan["agent"])
        self.forgetful = damaged or has_short_life(world.agent.timeline)
        self.dropped = []
        self.limited = world.plan["rate_limit"] is not None
        self.refusable = loki_limits.allowed_drops(world.plan)
        self.steady = is_steady(world.plan)
        self.calm = not any(world.plan[who] for who in ("agent", "loki", "graylog"))
        for accounts in world.ledgers.values():
            for account in accounts:
                self.add(account)

    def add(self, account):
        where = (account["output"], (account["namespace"], account["pod"], account["container"]))
        for reason, amount in account["lost"].items():
            self.named[where][reason] += max(amount["lines"], 1)
            self.bytes[where] += amount["bytes"]
        for reason, events in account.get("gaps", {}).items():
            self.named[where][reason] += events
        for reason, amount in account["dropped"].items():
            self.named[where][reason] += amount["lines"]
            asked = reason in self.refusable if account["output"] == "loki" else False
            if not asked and (reason != "rate_limit" or not self.limited):
                self.dropped.append(f"dropped, which no fault here asks for: {account}")

    def miss(self, output, key, reason, lines):
        self.missing[(output, tuple(key[:3]))][reason] += lines

    def may_end_records(self, output, key):
        """Between two files another one may have been: then no record goes on from one to the other."""
        return self.named[(output, tuple(key[:3]))]["deleted_unseen"] > 0

    def problems(self):
        yield from self.dropped
        if self.limited and self.calm and not self.refusable:
            yield from self.wrong_drops()
        if self.refusable and self.steady:
            yield from self.wrong_refusals()
        if self.forgetful:
            return
        for where, reasons in self.missing.items():
            knowable = {reason: count for reason, count in reasons.items() if reason in KNOWABLE}
            if knowable and not self.named[where]:
                yield f"{where} misses {knowable} lines of which the ledger says nothing"

    def wrong_drops(self):
        """Where nothing else happens, what is dropped is counted to the line."""
        for where in self.missing.keys() | self.named.keys():
            missing, named = self.missing[where]["rate_limit"], self.named[where]["rate_limit"]
            truncated = self.named[where]["truncated"]
            if missing != named and not truncated:
                yield f"{where} misses {missing} lines, and the ledger names {named} as dropped"

    def wrong_refusals(self):
        """Where agent and Loki live through, each line that Loki refuses for good is counted."""
        for where in self.missing.keys() | self.named.keys():
            missing = self.missing[where]["refused"]
            named = sum(self.named[where][reason] for reason in self.refusable)
            if where[0] == "loki" and missing != named:
                yield f"{where}: Loki refused {missing} lines, and the ledger names {named} of them"

    def unfounded(self):
        """Gaps that the ledger counts where every line has arrived."""
        for where, reasons in self.named.items():
            if not self.missing[where]:
                yield from ((f"{where[0]}/{reason}", count) for reason, count in reasons.items() if count)


def is_steady(plan):
    """Nothing keeps an answer from being counted, and nothing comes twice."""
    harmless = ("clock_jump", "overflow")
    return not plan["loki"] and all(fault["kind"] in harmless for fault in plan["agent"])


def has_short_life(timeline):
    ready = None
    for when, what in timeline:
        if what == "start":
            ready = None
        elif what == "ready":
            ready = when
        elif what in ("killed", "ended") and (ready is None or when - ready < SHORT_LIFE):
            return True
    return False
