"""Which losses the faults of a schedule allow: nobody can deliver what nobody could read.

A line may be missing only when its file was gone before the agent could have read it: deleted (or cut) while
the agent was down, frozen or blind, or held by nothing but an agent that died before its receiver took it.
"""

NOTICE_SECONDS = 0.4  # how long a file must be there to be seen by events
LOOK_SECONDS = 1.6  # and by looking each second
POLL_SECONDS = 0.1  # until the driver knows that the agent has ended
RELOAD_SECONDS = 1.5  # until new parts have taken over from old ones
LAG_SECONDS = 4.0  # between writing and delivery, on a busy machine with a receiver that works


class Allowance:
    def __init__(self, world, truth):
        self.truth = truth
        self.no_inotify = world.plan["no_inotify"]
        self.troubles = world.troubles
        # A file that the agent must not hold is lost with its last name; which of them is for it to decide.
        self.bound = "out_of_bounds" if world.plan["bounds"] else None
        self.rate_limit = bool(world.plan["rate_limit"] and world.plan["rate_limit"]["action"] == "drop")
        self.overtaken = world.plan["spare"] is not None and any(
            fault["kind"] == "deaf" for fault in world.plan["graylog"]
        )
        self.forgetful = any(what == "checkpoint damaged" for _, what in world.agent.timeline)
        self.down, self.blind, self.half_blind = spans(world.agent.timeline)
        self.ending = ends(world.agent.timeline)
        self.reloads = [when for when, what in world.agent.timeline if what == "SIGHUP"]
        self.blind += world.stalls  # its main thread answers, and looks for files

    def reason(self, output, record, pieces):
        """Why these pieces of a record may be missing; None: they may not."""
        if self.rate_limit:
            return "rate_limit"
        reasons = [self.of_file(output, self.truth.files[record.files[index]]) for index in pieces]
        return reasons[0] if reasons and all(reasons) else None

    def of_file(self, output, file):
        gone = file.gone  # a .gz is as good as the file itself
        if file.fate == "truncated":  # one that nobody could see is not known to have been
            seen = self.visible_seconds(file.created, gone) >= self.needed(file.created, gone)
            return "truncated" if seen else "unseen"
        if gone is None:
            return self.bound if file.packed else None  # let go of before its .gz was there
        if self.visible_seconds(file.created, gone) < self.needed(file.created, gone):
            return "unseen"
        # It was not opened, and those who knew of it have ended before they could tell.
        if self.bound and any(at < gone and file.created < at + RELOAD_SECONDS for at in self.reloads):
            return "unseen"
        for begin, end in self.down:
            if begin <= gone < end:
                ending = any(asked <= gone < ended + POLL_SECONDS for asked, ended in self.ending)
                return "gone_while_ending" if ending else "gone_while_down"
            if gone < begin and begin - gone < self.lag(output, gone, begin):
                return "gone_before_death"
        return self.bound

    def late(self, output, record):
        """It stood in a file that was cut, and was found in its copy, which may be seen later; or it was
        dropped by a rate limit in one life of the agent, and not in the next one; or it waits in the socket
        of a Graylog that reads nothing for longer than confirm_after, while its spare gets what came later;
        or one life let go of its file, which stands in a .gz, and the next one does not know of it.
        """
        if self.rate_limit or (output == "graylog" and self.overtaken):
            return True
        files = [self.truth.files[number] for number in record.files]
        let_go = self.bound and self.forgetful and any(file.packed for file in files)
        return let_go or any(file.fate == "truncated" for file in files)

    def needed(self, created, gone):
        half = self.no_inotify or any(begin < gone and created < end for begin, end in self.half_blind)
        return LOOK_SECONDS if half else NOTICE_SECONDS

    def visible_seconds(self, created, gone):
        """Of the life of a file, for an agent that looks."""
        covered = sum(max(0, min(end, gone) - max(begin, created)) for begin, end in self.down + self.blind)
        return gone - created - covered

    def lag(self, output, gone, death):
        hurt = any(begin < death and gone - LAG_SECONDS < end for begin, end in self.troubles[output])
        return float("inf") if hurt else LAG_SECONDS


def ends(timeline):
    """Intervals in which an agent drains. What its last turn counts (a file that it must not hold open is
    gone, and what was in flight before it has landed) is in its log: nobody can ask for that ledger."""
    asked = [when for when, what in timeline if what == "asked to end"]
    return list(zip(asked, (when for when, what in timeline if what == "ended")))


def spans(timeline):
    """Intervals of an agent that is down, one that sees nothing, and one that gets no events."""
    down, blind, half_blind = [], [], []
    open_since = {}
    pairs = {
        "ready": (("killed", "ended", "asked to end"), down, 0.5),
        "SIGCONT": (("SIGSTOP",), blind, 0.3),
        "descriptors again": (("few descriptors",), blind, 2.5),
        "events again": (("overflow",), half_blind, 1.5),
    }
    for when, what in timeline:
        open_since.setdefault(what, when)
        begins, into, after = pairs.get(what, ((), None, 0))
        known = [open_since.pop(begin) for begin in begins if begin in open_since]
        if known:
            into.append((min(known), when + after))
    return down, blind, half_blind
