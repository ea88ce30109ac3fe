"""Which repeats the faults of a schedule explain: a line may come again only when something happened to agent
or receiver shortly after (or while) it had come before, and nobody could know that it had.
"""

# Seconds from the arrival of a line until a kill cannot make it come again: the receiver's answer (or GELF's
# confirm_after of 1.5 s), 100 ms until the cursor is in the journal, and what a busy machine adds.
WINDOW = {"loki": 2.2, "graylog": 3.2}
EVER = 1e9
CLOSES = {
    "ready": ("killed", "asked to end", "ended"),
    "SIGCONT": ("SIGSTOP",),
    "descriptors again": ("few descriptors",),
}


class Repeats:
    def __init__(self, world, truth):
        self.slow = 4.0 if world.agent.sanitized else 1.0
        self.agent = agent_events(world.agent.timeline)
        self.troubles = world.troubles
        # A file that was cut is read again from its copy.
        self.cut = {file.container for file in truth.files if file.fate == "truncated"}

    def explained(self, output, key, before, again):
        """`before`: when the line had come the last time, `again`: when it came once more."""
        if f"plain:{key.container}" in self.cut:
            return True
        window = WINDOW[output] * self.slow
        events = self.agent + [(begin, end, 0) for begin, end in self.troubles[output]]
        return any(
            begin - window - back <= before <= end + window and again >= begin - 0.1
            for begin, end, back in events
        )


def agent_events(timeline):
    """[(begin, end, seconds before the begin that are forgotten, too)]"""
    events, since = [], {}
    forgotten = 0
    for when, what in timeline:
        since.setdefault(what, when)
        if what == "killed" and "disk full" in since:
            forgotten = when - since["disk full"]  # the journal may have stood still
        elif what == "checkpoint damaged":
            forgotten = EVER
        elif what == "SIGHUP":
            events.append((when, when + 2, 0))
        begins = [since.pop(name) for name in CLOSES.get(what, ()) if name in since]
        if begins:
            events.append((min(begins), when, forgotten))
            forgotten = 0
    return events
