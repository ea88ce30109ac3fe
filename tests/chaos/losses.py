"""Is every loss in the ledger, and nothing else?

The ledgers of all lives of the agent against the lines that are missing, by output and container.
"""

import collections

# Losses that an agent can know of: it had seen the file, or has its cursor.
KNOWABLE = ("gone_while_down", "gone_before_death", "truncated")
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
        if account["dropped"]:
            self.dropped.append(f"dropped, which no fault here asks for: {account}")

    def miss(self, output, key, reason):
        self.missing[(output, tuple(key[:3]))][reason] += 1

    def problems(self):
        yield from self.dropped
        if self.forgetful:
            return
        for where, reasons in self.missing.items():
            knowable = {reason: count for reason, count in reasons.items() if reason in KNOWABLE}
            if knowable and not self.named[where]:
                yield f"{where} misses {knowable} lines of which the ledger says nothing"

    def unfounded(self):
        """Gaps that the ledger counts where every line has arrived."""
        for where, reasons in self.named.items():
            if not self.missing[where]:
                for reason, count in reasons.items():
                    yield f"{where[0]}/{reason}", count


def has_short_life(timeline):
    ready = None
    for when, what in timeline:
        if what == "ready":
            ready = when
        elif what in ("killed", "ended") and ready is not None and when - ready < SHORT_LIFE:
            return True
    return False
