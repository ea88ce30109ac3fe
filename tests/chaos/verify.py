"""Compares what was written with what the receivers have and with what the agent's ledger says.

Pure: reads the truth, the stores of the receivers and the timeline of the agent; touches no process.
"""

import collections
import dataclasses

import allowance
import losses
import loki_limits
import repeats
import story
from deliveries import DELIVERIES, loki_key
from truth import PIECE


GELF_CUT_MARKER = "\u2026[truncated]"
HTTP_BODY_BYTES = 64 << 10  # of a message: the agent's default is Graylog's

MEMORY_LIMIT_KIB = 64 << 10  # the default of memory_limit


@dataclasses.dataclass
class Result:
    problems: list
    lines: int = 0
    bytes: int = 0
    rotations: int = 0
    missing: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    repeats: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    ledger: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    late: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    unfounded: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    peak_kib: int = 0
    cut: int = 0

    def summary(self):
        def counts(counter):
            return ",".join(f"{name}:{count}" for name, count in sorted(counter.items())) or "0"

        return (
            f"lines={self.lines} bytes={self.bytes} rotations={self.rotations} "
            f"missing={counts(self.missing)} ledger={counts(self.ledger)} repeats={counts(self.repeats)} "
            f"late={counts(self.late)} unfounded={counts(self.unfounded)} cut={self.cut} "
            f"peak_mib={self.peak_kib / 1024:.0f}"
        )


def verify(world, truth):
    result = Result([], truth.lines(), truth.bytes(), truth.rotations, peak_kib=world.agent.peak_kib)
    allowed = allowance.Allowance(world, truth)
    ledger = losses.Losses(world)
    for output in ("loki", "graylog"):
        check = OutputCheck(world, truth, output, allowed, result, ledger)
        check.run()
    result.problems += ledger.problems()
    result.problems += agent_problems(world)
    result.problems += silent_losses(world)
    for (output, _), reasons in ledger.named.items():
        result.ledger.update({f"{output}/{reason}": count for reason, count in reasons.items()})
    result.unfounded.update(dict(ledger.unfounded()))
    return result


def cut_for_http(text, plan):
    """A line that fills a message of GELF by HTTP, but for its other fields; or a half of one, and so on, until it fits
    what a receiver of short bodies takes."""
    if plan.get("gelf") != "http" or not text.endswith(GELF_CUT_MARKER):
        return False
    taken = min([fault["bytes"] for fault in plan["graylog"] if fault["kind"] == "body"], default=HTTP_BODY_BYTES)
    least = HTTP_BODY_BYTES if taken >= HTTP_BODY_BYTES else taken // 2
    return least - 1000 < len(text.encode()) < HTTP_BODY_BYTES


def agent_problems(world):
    if not world.agent.sanitized and world.agent.peak_kib > MEMORY_LIMIT_KIB:
        yield f"the agent had {world.agent.peak_kib} KiB of memory, more than its limit"
    for account in world.ledgers.get(world.agent.lives, ()):
        if account.get("difference_bytes"):
            yield f"a difference in the ledger: {account}"
    for words in ("AddressSanitizer", "ThreadSanitizer", "runtime error:"):
        if words in world.agent.log_text():
            yield f"{words} in agent.log"


def silent_losses(world):
    """A Loki that was started again no longer knows what it had stored before."""
    count = world.receivers["loki"].lost_silently
    if count and not any(fault["kind"] == "down" for fault in world.plan["loki"]):
        yield f"loki: {count} lines were thrown away under an answer that says all is well"


class OutputCheck:
    def __init__(self, world, truth, output, allowed, result, ledger):
        self.repeats = repeats.Repeats(world, truth)
        self.world = world
        self.truth = truth
        self.output = output
        self.allowed = allowed
        self.result = result
        self.ledger = ledger
        refused = world.receivers["loki"].refused() if output == "loki" else ()
        self.refusals = loki_limits.Refusals(refused, loki_key)
        self.told = 0
        # (life, key without stream) -> raw lines and bytes
        self.in_life = collections.defaultdict(lambda: [0, 0])

    def problem(self, text):
        self.told += 1
        if self.told <= 8:
            self.result.problems.append(f"{self.output}: {text}")

    def run(self):
        by_key = collections.defaultdict(list)
        receiver = self.world.receivers[self.output]
        for key, delivery in DELIVERIES[self.output](receiver, self.world.start_ns):
            by_key[key].append(delivery)
        for key in by_key.keys() - self.truth.records.keys():
            self.problem(f"lines of {key}, which nobody wrote: {by_key[key][0]}")
        for key, records in self.truth.records.items():
            self.check_stream(key, records, by_key[key])
        self.check_last_life()

    # --- what arrived -----------------------------------------------------------------------------------

    def check_stream(self, key, records, deliveries):
        pieces = [0] * len(records)  # bits: which pieces have arrived
        # What one address has acknowledged, and is slow to read, comes behind what another one got.
        newest_at = collections.defaultdict(lambda: -1)
        last_seen = [0.0] * len(records)
        for delivery in deliveries:
            span = self.identify(key, records, delivery)
            if span is None:
                continue
            number, first, last = span
            newest = newest_at[delivery.place]
            mask = (1 << (last + 1)) - (1 << first)
            if pieces[number] & mask:
                self.check_repeat(key, number, last_seen[number], delivery.at)
            elif number < newest and self.may_be_late(key, number, records[number]):
                self.result.late[self.output] += 1
            elif number < newest:
                self.problem(
                    f"order of {key}: {number} arrived for the first time after {newest}, "
                    + story.of_record(self.truth, records[number])
                )
            pieces[number] |= mask
            last_seen[number] = delivery.at
            newest_at[delivery.place] = max(newest, number)
            self.count(key, delivery.life, records[number], first, last)
        for number, record in enumerate(records):
            whole = (1 << len(record.pieces)) - 1
            if pieces[number] != whole:
                self.check_missing(key, number, record, pieces[number] ^ whole)

    def may_be_late(self, key, number, record):
        return self.allowed.late(self.output, record) or self.refusals.any(key, number)

    def check_repeat(self, key, number, before, again):
        self.result.repeats[self.output] += 1
        if not self.repeats.explained(self.output, key, before, again):
            self.problem(f"{key} {number} came again at {again:.2f} after {before:.2f} for no reason")

    def identify(self, key, records, delivery):
        """(number of the record, first piece, last piece); None, with a problem, when it is none of ours."""
        match = PIECE.match(delivery.text)
        number, first = (int(match[1]), int(match[2])) if match else (len(records), 0)
        if number >= len(records) or first >= len(records[number].pieces):
            self.problem(f"text of {key} that nobody wrote: {delivery.text[:200]!r}")
            return None
        record = records[number]
        # One that was cut and does not tell its size might be any beginning of the record: it is the whole.
        untold = delivery.original_bytes is None and delivery.text.endswith(loki_limits.CUT_MARKER)
        last = len(record.pieces) - 1 if untold else first
        while last < len(record.pieces) and not self.is_text_of(delivery, record.joined(first, last)):
            last += 1
        if last == len(record.pieces):
            written = record.joined(first, last)
            self.problem(f"text of {key} was altered: got {delivery.text[:300]!r}, written {written[:300]!r}")
            return None
        if first > 0 or last + 1 < len(record.pieces):
            others = [index for index in range(len(record.pieces)) if not first <= index <= last]
            allowed = any(self.allowed.reason(self.output, record, [index]) for index in others)
            over_files = len(set(record.files)) > 1 and self.ledger.may_end_records(self.output, key)
            if not allowed and not over_files:
                self.problem(
                    f"{key} {number} was torn into pieces (got {first}..{last} of {len(record.pieces)}), "
                    + story.of_record(self.truth, record)
                )
        elif record.time_ns and record.time_ns != delivery.time_ns:
            self.problem(f"time of {key} {number}: got {delivery.time_ns}, written {record.time_ns}")
        return number, first, last

    def is_text_of(self, delivery, written):
        if self.output == "graylog" and cut_for_http(delivery.text, self.world.plan):
            self.result.cut += 1
            return written.startswith(delivery.text[: -len(GELF_CUT_MARKER)])
        untold = delivery.original_bytes is None and not loki_limits.may_strip(self.world.plan)
        if untold or delivery.text == written or not loki_limits.may_cut(self.world.plan):
            return delivery.text == written
        cut = loki_limits.is_cut_of(delivery.text, delivery.original_bytes, written)
        self.result.cut += cut
        return cut

    def count(self, key, life, record, first, last):
        share = record.raw_bytes if last - first + 1 == len(record.pieces) else None
        entry = self.in_life[(life, key[:3])]
        entry[0] += last - first + 1
        if share is None:
            entry[1] = None
        elif entry[1] is not None:
            entry[1] += share

    def check_missing(self, key, number, record, mask):
        missing = [index for index in range(len(record.pieces)) if mask >> index & 1]
        refused = "refused" if self.refusals.permanent(key, number) else None
        reason = refused or self.allowed.reason(self.output, record, missing)
        self.result.missing[f"{self.output}/{reason or 'UNEXPLAINED'}"] += 1
        self.ledger.miss(self.output, key, reason, len(missing))
        if reason is None:
            self.problem(f"missing: {key} {number}, " + story.of_record(self.truth, record))

    # --- the ledger of the last life --------------------------------------------------------------------

    def check_last_life(self):
        life = self.world.agent.lives
        accounts = [a for a in self.world.ledgers.get(life, ()) if a["output"] == self.output]
        begin = max(when for when, what in self.world.agent.timeline if what == "start")
        disturbed = {what for when, what in self.world.agent.timeline if when > begin}
        quiet = all(end < begin for _, end in self.world.troubles[self.output])
        # A machine so busy that a receiver moves nothing for as long as a request may take is a fault, too.
        log_of_life = self.world.agent.log_text().split("--- life ")[-1]
        stood_still = f"output={self.output} reason=timeout" in log_of_life
        calm = quiet and not stood_still and not disturbed & {"SIGSTOP", "SIGHUP", "few descriptors"}
        limits = self.output == "loki" and self.world.plan["loki_limits"]
        untold = "SIGHUP" in disturbed or limits
        for account in accounts:
            name = (account["namespace"], account["pod"], account["container"])
            lines, size = self.in_life.pop((f"life-{life}", name), [0, 0])
            delivered, repeated = account["delivered_lines"], account["repeated_lines"]
            truncated = "truncated" in {**account["lost"], **account.get("gaps", {})}
            differs = lines != delivered or repeated or size not in (None, account["delivered_bytes"])
            exact = calm and not truncated and differs
            low = self.output == "loki" and lines < delivered
            # What a reload interrupts is sent again by parts that do not know of it; and of a push that was
            # refused in part more may be sent again than is missing.
            # What is lost may have arrived all the same: nobody knows.
            high = lines > delivered + repeated and not truncated and not account["lost"] and not untold
            if exact or low or high:
                self.problem(
                    f"ledger of {name} in the last life: delivered {delivered} lines, "
                    f"{account['delivered_bytes']} bytes, repeated {repeated}; "
                    f"the receiver got {lines} lines, {size} bytes of it (calm: {calm})"
                )
