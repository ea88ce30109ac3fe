"""A plan as text that people can follow, and its faults as one word."""

KNOWN = ("at", "kind", "seconds")


def describe(plan):
    clock = "jumps, too" if plan["writers_clock_jumps"] else "is steady"
    lines = [
        f"seed {plan['seed']}: GELF by {plan['gelf']}"
        + (" in bulk" if plan["gelf_bulk"] else "")
        + (" with a spare" if plan["spare"] is not None else "")
        + f", batches of {plan['batch_kib']} KiB, "
        + ("no inotify, " if plan["no_inotify"] else "")
        + (f"{plan['rate_limit']['action']} beyond {plan['rate_limit']['bytes_per_second']} B/s, "
           if plan["rate_limit"] else "")
        + "".join(f"{name} {value}, " for name, value in plan["bounds"].items())
        + f"{len(plan['churn'])} short pods, the writers' clock {clock}"
    ]
    for spec in plan["containers"]:
        lines.append("  writes  " + describe_container(spec))
    whom = ("agent", "loki", "graylog", "spare")
    events = [(fault["at"], who, fault) for who in whom for fault in plan[who] or ()]
    events += [(window["at"], "loki", told(window)) for window in plan["loki_limits"]]
    for at, who, fault in sorted(events, key=lambda event: event[:2]):
        rest = {name: value for name, value in fault.items() if name not in KNOWN and value}
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


def told(window):
    limits = " ".join(f"{name}={value}" for name, value in window["limits"].items())
    return {**window, "kind": "limits", "limits": limits}


def fault_names(plan):
    prefixes = {"agent": "", "loki": "l:", "graylog": "g:", "spare": "s:"}
    names = [prefix + fault["kind"] for who, prefix in prefixes.items() for fault in plan[who] or ()]
    names += ["L:" + window["kind"] for window in plan["loki_limits"]]
    special = [name for name in ("no_inotify", "rate_limit") if plan[name]] + list(plan["bounds"])
    return ",".join(special + names) or "none"
