"""Everything that happens in a run, drawn from one seed: who writes how, and which faults come when.

A plan is plain data (JSON). `describe` prints it for people. Times are seconds since the start.
"""

import random

WRITE_SECONDS = 9.0
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
GRAYLOG_HTTP_FAULTS = {"down": 1, "status": 2}
GRAYLOG_FAULTS = {"down": 3, "deaf": 2, "cut": 2, "reset": 2, "crash": 3}


def draw(seed, only=None, without=()):
    """`only`: names of faults that may be drawn, `without`: habits of writers to leave out; for narrowing down."""
    chance = random.Random(seed)
    plan = {"seed": seed, "seconds": WRITE_SECONDS, "containers": containers(chance)}
    short_pods = chance.choice((0, 0, 5, 20))
    plan["churn"] = sorted(chance.uniform(0.5, WRITE_SECONDS - 0.5) for _ in range(short_pods))
    plan["agent"] = agent_faults(chance, only)
    plan["loki"] = receiver_faults(chance, LOKI_FAULTS, only, chance.choice((0, 1, 1, 2, 3)))
    plan["graylog"] = receiver_faults(chance, GRAYLOG_FAULTS, only, chance.choice((0, 1, 1, 2, 3)))
    plan["no_inotify"] = allowed("no_inotify", only) and chance.random() < 0.12
    plan["writers_clock_jumps"] = chance.random() < 0.5
    plan["batch_kib"] = chance.choice((32, 128, 512))
    # How GELF lines are settled: by time, against a Graylog that loses what it holds in memory; or by bytes, against
    # one that loses its socket's buffer alone.
    plan["confirm_by"] = chance.choice(("time", "bytes"))
    leave_out(plan, without)
    choose_gelf(plan, random.Random(f"{seed}/gelf"), only)
    choose_crash_loops(plan, random.Random(f"{seed}/crash_loops"))
    choose_rate_limit(plan, random.Random(f"{seed}/rate_limit"), only)
    return plan


def choose_crash_loops(plan, chance):
    """Some kills are followed by others, while the agent starts."""
    for fault in plan["agent"]:
        if fault["kind"] == "kill" and chance.random() < 0.3:
            fault["again_after"] = [round(chance.uniform(0.002, 0.2), 3) for _ in range(chance.randrange(1, 5))]


def choose_rate_limit(plan, chance, only):
    plan["rate_limit"] = None
    if allowed("rate_limit", only) and chance.random() < 0.15:
        limit = {"action": "drop", "bytes_per_second": chance.choice((20_000, 100_000))}
        plan["rate_limit"] = chance.choice((limit, {"action": "delay", "bytes_per_second": 1_500_000}))


def choose_gelf(plan, chance, only):
    """HTTP, with a request for each line, where there are few lines; its faults are others."""
    quiet = sum(spec["rate"] for spec in plan["containers"]) < 2000
    plan["gelf"] = "http" if quiet and chance.random() < 0.3 else "tcp"
    if plan["gelf"] == "http":
        plan["graylog"] = receiver_faults(chance, GRAYLOG_HTTP_FAULTS, only, len(plan["graylog"]))


def leave_out(plan, names):
    """Of: gzip, copytruncate, docker, plain, churn, restarts, removal, rotation, partials."""
    plan["churn"] = [] if "churn" in names else plan["churn"]
    plan["containers"] = [spec for spec in plan["containers"] if spec["kind"] not in names]
    for spec in plan["containers"]:
        for name, key, value in (("restarts", "restarts", []), ("removal", "removed_at", 0), ("rotation", "rotation", None),
                                 ("partials", "partial_share", 0)):
            spec[key] = value if name in names else spec[key]
        for name in ("gzip", "copytruncate"):
            if name in names and spec["rotation"] and name in spec["rotation"]:
                spec["rotation"][name] = False


def allowed(name, only):
    return only is None or name in only


def pick(chance, weights, only):
    names = [name for name in weights if allowed(name, only)]
    return chance.choices(names, [weights[name] for name in names])[0] if names else None


# --- writers ---------------------------------------------------------------------------------------------


def containers(chance):
    specs = []
    for number in range(chance.randrange(2, 8)):
        specs.append(cri_container(chance, number, noisy=number == 0))
    if chance.random() < 0.5:
        specs.append(docker_container(chance))
    if chance.random() < 0.5:
        specs.append(plain_file(chance))
    return specs


def common(chance, kind, namespace, pod, container, directory):
    rate = chance.choice((1, 5, 30, 100, 300))
    # A record that waits for its end longer than partial_idle is delivered without it.
    partial_share = chance.choice((0, 0, 0.02, 0.2)) if rate >= 100 else 0
    return {
        "kind": kind,
        "name": f"{namespace}/{pod}/{container}" if pod else f"{kind}:{container}",
        "namespace": namespace,
        "pod": pod,
        "container": container,
        "directory": directory,
        "rate": rate,
        "burst": chance.choice((0, 0, 50, 1000)),
        "text_bytes": chance.choice((20, 60, 100, 300)),
        "stderr_share": chance.choice((0, 0, 0.1, 0.5)),
        "partial_share": partial_share,
        "long_share": chance.choice((0, 0, 0.002, 0.02)),
        "odd_share": chance.choice((0, 0.005, 0.05)),
        "equal_stamps": chance.random() < 0.15,
        "starts_at": chance.choice((0, 0, 0, chance.uniform(0, 5))),
        "ends_at": WRITE_SECONDS,
        "restarts": [],
        "removed_at": 0,
        "rotation": None,
    }


def cri_container(chance, number, noisy):
    namespace, name = chance.choice(("shop", "billing")), chance.choice(("app", "proxy"))
    pod = f"web-{number}"
    directory = f"/var/log/pods/{namespace}_{pod}_uid-{number}/{name}"
    spec = common(chance, "cri", namespace, pod, name, directory)
    if noisy:
        spec.update(rate=chance.choice((800, 2000, 4000)), long_share=0, starts_at=0)
        spec["partial_share"] = min(spec["partial_share"], 0.02)
    if chance.random() < 0.7:
        spec["rotation"] = {
            "every": chance.choice(((0.3, 1), (0.5, 3), (2, 5))),
            "min_bytes": chance.choice((1, 2000, 100_000 if noisy else 5000)),
            "max_files": chance.choice((5, 5, 5, 3, 2)),
            "gzip": chance.random() < 0.8,
            "reopen_delay": chance.choice(((0, 0.005), (0.005, 0.08), (0.1, 0.6))),
            "fail_share": chance.choice((0, 0, 0.2)),
            "double_share": chance.choice((0, 0.2)),
        }
    if chance.random() < 0.2:
        spec["restarts"] = sorted(chance.uniform(1, WRITE_SECONDS) for _ in range(chance.randrange(1, 4)))
    if not noisy and chance.random() < 0.25:
        spec["removed_at"] = chance.uniform(spec["starts_at"] + 1, WRITE_SECONDS)
    return spec


def docker_container(chance):
    identity = f"{chance.getrandbits(256):064x}"
    spec = common(chance, "docker", "", "", "registry", f"/var/lib/docker/containers/{identity}")
    spec["id"] = identity
    if chance.random() < 0.7:
        spec["rotation"] = {
            "every": (0.5, 3),
            "min_bytes": 2000,
            "max_files": chance.choice((2, 3, 5)),
            "gzip": chance.random() < 0.4,
            "double_share": chance.choice((0, 0.2)),
        }
    return spec


def plain_file(chance):
    spec = common(chance, "plain", "", "", "access.log", "/var/log/nginx")
    spec.update(stderr_share=0, partial_share=0, crlf=chance.random() < 0.3)
    if chance.random() < 0.7:
        spec["rotation"] = {
            "every": (1, 4),
            "min_bytes": 2000,
            "copytruncate": chance.random() < 0.5,
            "reopen_delay": (0.001, 0.3),
            "double_share": 0,
        }
    return spec


# --- faults ----------------------------------------------------------------------------------------------


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


# --- for people ------------------------------------------------------------------------------------------


def describe(plan):
    clock = "jumps, too" if plan["writers_clock_jumps"] else "is steady"
    lines = [
        f"seed {plan['seed']}: GELF by {plan['gelf']}, batches of {plan['batch_kib']} KiB, "
        + ("no inotify, " if plan["no_inotify"] else "")
        + (f"{plan['rate_limit']['action']} beyond {plan['rate_limit']['bytes_per_second']} B/s, "
           if plan["rate_limit"] else "")
        + f"{len(plan['churn'])} short pods, the writers' clock {clock}"
    ]
    for spec in plan["containers"]:
        lines.append("  writes  " + describe_container(spec))
    events = [(fault["at"], who, fault) for who in ("agent", "loki", "graylog") for fault in plan[who]]
    for at, who, fault in sorted(events, key=lambda event: event[:2]):
        rest = {name: value for name, value in fault.items() if name not in ("at", "kind", "seconds") and value}
        rest = " ".join(f"{name}={value}" for name, value in rest.items())
        length = f" for {fault['seconds']} s" if fault["seconds"] else ""
        lines.append(f"  {at:6.2f}  {who}: {fault['kind']}{length} {rest}".rstrip())
    return "\n".join(lines)


def describe_container(spec):
    parts = [f"{spec['name']}: {spec['rate']} lines/s of {spec['text_bytes']} B"]
    habits = ("burst", "stderr_share", "partial_share", "long_share", "odd_share", "equal_stamps", "crlf")
    for name in habits:
        if spec.get(name):
            parts.append(f"{name}={spec[name]}")
    if spec["rotation"]:
        habits = " ".join(f"{name}={value}" for name, value in spec["rotation"].items())
        parts.append("rotates " + habits.replace(", ", "-"))
    if spec["restarts"]:
        parts.append("restarts at " + " ".join(f"{moment:.1f}" for moment in spec["restarts"]))
    if spec["starts_at"]:
        parts.append(f"from {spec['starts_at']:.1f}")
    if spec["removed_at"]:
        parts.append(f"removed at {spec['removed_at']:.1f}")
    return ", ".join(parts)


def fault_names(plan):
    prefixes = {"agent": "", "loki": "l:", "graylog": "g:"}
    names = [prefix + fault["kind"] for who, prefix in prefixes.items() for fault in plan[who]]
    special = [name for name in ("no_inotify", "rate_limit") if plan[name]]
    return ",".join(special + names) or "none"
