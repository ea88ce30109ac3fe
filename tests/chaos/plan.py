"""Everything that happens in a run, drawn from one seed: who writes how, and which faults come when.

A plan is plain data (JSON); describe.py prints it for people. Times are seconds since the start.
"""

import random

import loki_limits
import population
from population import WRITE_SECONDS

LIFE = (1.0, 8.0)  # faults begin within

AGENT_FAULTS = {
    "kill": 4,
    "terminate": 2,
    "freeze": 3,
    "disk_full": 2,
    "clock_jump": 2,
    "few_descriptors": 2,
    "overflow": 2,
    "damage": 2,
    "reload": 2,
}
LOKI_FAULTS = {"down": 3, "slow": 2, "cut": 2, "status": 4, "hang": 2, "unanswered": 2}
GRAYLOG_HTTP_FAULTS = {"down": 1, "status": 3, "body": 1}
GRAYLOG_STATUSES = (401, 403, 404, 429, 429, 500, 503)
GRAYLOG_FAULTS = {"down": 3, "deaf": 2, "cut": 2, "reset": 2, "crash": 3}


def draw(seed, only=None, without=()):
    """`only`: the faults that may be drawn, `without`: habits of writers to leave out; for narrowing down."""
    chance = random.Random(seed)
    plan = {"seed": seed, "seconds": WRITE_SECONDS, "containers": population.containers(chance)}
    short_pods = chance.choice((0, 0, 5, 20))
    plan["churn"] = sorted(chance.uniform(0.5, WRITE_SECONDS - 0.5) for _ in range(short_pods))
    plan["agent"] = agent_faults(chance, only)
    plan["loki"] = receiver_faults(chance, LOKI_FAULTS, only, chance.choice((0, 1, 1, 2, 3)))
    plan["graylog"] = receiver_faults(chance, GRAYLOG_FAULTS, only, chance.choice((0, 1, 1, 2, 3)))
    plan["no_inotify"] = allowed("no_inotify", only) and chance.random() < 0.12
    plan["writers_clock_jumps"] = chance.random() < 0.5
    plan["batch_kib"] = chance.choice((32, 128, 512))
    # How GELF lines are settled: by time, against a Graylog that loses what it holds in memory; or by bytes,
    # against one that loses its socket's buffer alone.
    plan["confirm_by"] = chance.choice(("time", "bytes"))
    population.leave_out(plan, without)
    choose_gelf(plan, random.Random(f"{seed}/gelf"), only)
    choose_crash_loops(plan, random.Random(f"{seed}/crash_loops"))
    choose_rate_limit(plan, random.Random(f"{seed}/rate_limit"), only)
    choose_bounds(plan, random.Random(f"{seed}/bounds"), only)
    limits = loki_limits.draw(random.Random(f"{seed}/loki_limits"), LIFE)
    limits += loki_limits.away(limits, random.Random(f"{seed}/away"), LIFE)
    plan["loki_limits"] = limits if allowed("limits", only) else []
    return plan


def choose_bounds(plan, chance, only):
    """Of what the agent holds: files that are open, and bytes of deleted files."""
    plan["bounds"] = {}
    if allowed("open_files", only) and chance.random() < 0.2:
        plan["bounds"]["max_open_files"] = chance.choice((1, 3, 10))
    if allowed("budget", only) and chance.random() < 0.15:
        plan["bounds"]["deleted_budget_bytes"] = chance.choice((0, 100_000, 2_000_000))


def choose_crash_loops(plan, chance):
    """Some kills are followed by others, while the agent starts."""
    for fault in plan["agent"]:
        if fault["kind"] == "kill" and chance.random() < 0.3:
            times = chance.randrange(1, 5)
            fault["again_after"] = [round(chance.uniform(0.002, 0.2), 3) for _ in range(times)]


def choose_rate_limit(plan, chance, only):
    plan["rate_limit"] = None
    if allowed("rate_limit", only) and chance.random() < 0.15:
        limit = {"action": "drop", "bytes_per_second": chance.choice((20_000, 100_000))}
        plan["rate_limit"] = chance.choice((limit, {"action": "delay", "bytes_per_second": 1_500_000}))


def choose_gelf(plan, chance, only):
    """HTTP, with a request for each line where there are few lines, else in bulk; its faults are others.
    Sometimes there is a second address, which fails for itself."""
    quiet = sum(spec["rate"] for spec in plan["containers"]) < 2000
    plan["gelf"] = "http" if chance.random() < (0.4 if quiet else 0.15) else "tcp"
    plan["gelf_bulk"] = plan["gelf"] == "http" and (not quiet or chance.random() < 0.4)
    plan["spare"] = None
    count = len(plan["graylog"])
    if allowed("spare", only) and chance.random() < 0.35:
        count += 1
        plan["spare"] = receiver_faults(chance, {"down": 1}, only, chance.choice((0, 0, 1, 2)))
    if plan["gelf"] == "http":
        plan["graylog"] = receiver_faults(chance, GRAYLOG_HTTP_FAULTS, only, count)
    elif plan["spare"] is not None:
        plan["graylog"] = receiver_faults(chance, GRAYLOG_FAULTS, only, count)
    for fault in plan["graylog"]:
        if fault["kind"] == "status":
            fault["status"] = chance.choice(GRAYLOG_STATUSES)
            fault["retry_after"] = chance.choice((0, 0, 1)) if fault["status"] in (429, 503) else 0
        elif fault["kind"] == "body":
            fault["bytes"] = 45_000  # above any line: in bulk it bites


# --- faults ----------------------------------------------------------------------------------------------


def allowed(name, only):
    return only is None or name in only


def pick(chance, weights, only):
    names = [name for name in weights if allowed(name, only)]
    return chance.choices(names, [weights[name] for name in names])[0] if names else None


def agent_faults(chance, only):
    faults, at = [], chance.uniform(*LIFE) / 3
    for _ in range(chance.choice((0, 1, 2, 2, 3, 3))):
        kind = pick(chance, AGENT_FAULTS, only)
        if kind is None or at > LIFE[1]:
            break
        fault = {"at": round(at, 2), "kind": kind, "seconds": 0.0}
        if kind in ("kill", "terminate", "damage"):
            fault["seconds"] = chance.choice((0, 0, round(chance.uniform(0.2, 3), 2)))
        elif kind == "freeze":
            fault["seconds"] = round(chance.choice((chance.uniform(0.1, 1), chance.uniform(1, 5))), 2)
        elif kind in ("disk_full", "few_descriptors", "overflow"):
            fault["seconds"] = round(chance.uniform(0.5, 3), 2)
        if kind == "clock_jump":
            fault["by"] = chance.choice((-1, 1)) * chance.choice((90, 3600, 86_400, 3 * 86_400))
        elif kind == "damage":
            fault["how"] = chance.choice(("flip", "truncate", "remove", "remove_all"))
        elif kind == "disk_full":
            fault["then"] = chance.choice(("", "kill"))
        faults.append(fault)
        at += fault["seconds"] + chance.uniform(0.3, 3)
    return faults


def receiver_faults(chance, weights, only, count):
    faults, at = [], chance.uniform(0.3, LIFE[1] / 2)
    for _ in range(count):
        kind = pick(chance, weights, only)
        if kind is None or at > LIFE[1]:
            break
        fault = {"at": round(at, 2), "kind": kind, "seconds": round(chance.uniform(0.4, 3.5), 2)}
        if kind == "status":
            fault["status"] = chance.choice((429, 500, 503))
        elif kind == "slow":
            fault["delay_ms"] = chance.choice((50, 300, 1000))
        elif kind == "cut":
            fault["bytes"] = chance.choice((0, 1, 1000, 20_000, 100_000))
        elif kind in ("reset", "crash"):
            fault["seconds"] = 0.0
        faults.append(fault)
        at += fault["seconds"] + 2 + chance.uniform(0, 2)  # what is on its way arrives before the next one
    return faults
