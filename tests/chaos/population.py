"""Who writes in a run, and how: the containers of a plan, drawn from its seed."""

WRITE_SECONDS = 9.0
# What can be left out, and the value that a container's specification then has.
HABITS = {
    "restarts": ("restarts", []),
    "removal": ("removed_at", 0),
    "rotation": ("rotation", None),
    "partials": ("partial_share", 0),
}


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


def leave_out(plan, names):
    """Of: gzip, copytruncate, docker, plain, churn, restarts, removal, rotation, partials."""
    plan["churn"] = [] if "churn" in names else plan["churn"]
    plan["containers"] = [spec for spec in plan["containers"] if spec["kind"] not in names]
    for spec in plan["containers"]:
        for name, (key, value) in HABITS.items():
            spec[key] = value if name in names else spec[key]
        for name in ("gzip", "copytruncate"):
            if name in names and spec["rotation"] and name in spec["rotation"]:
                spec["rotation"][name] = False
