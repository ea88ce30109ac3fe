"""The whole of /metrics/cadvisor in a form that one can read: nodes/*.golden.

First the cgroups with their labels, each under a short name of its own; then each family, and for each of its values
the cgroups that have it ("but a b": all the others have it). The pods' uids and the containers' ids are written as in nodes/*.txt. Nothing of cAdvisor's
families and of ours beside them is left out but HELP (METRICS.md has it) and the values of container_last_seen, which
are the time of the scrape; what is watched from second to second (peaks, starts, kills) is another test's.
"""

import re

from cgroup_nodes import IDS, PODS

LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
GOLDEN = re.compile(r"(container|machine|cadvisor)_|supercargo_container_(cpu_weight|cpu_limit|memory_limit)")
NOWHERE = "(none)"  # labels that are all empty
OF_CGROUP = ("container", "id", "image", "name", "namespace", "pod")


def with_names(text):
    """With {app} in the place of that container's id, and so on."""
    for key, text_id in IDS.items():
        text = text.replace(text_id, f"{{{key}}}")
    for key, (_, _, uid) in PODS.items():
        text = text.replace(uid, f"{{{key}}}").replace(uid.replace("-", "_"), f"{{{key}_}}")
    return text


def short_name(path):
    """The key of a container or pod, else the last part of the path."""
    last = path.rpartition("/")[2]
    keys = re.findall(r"\{(\w+?)_?\}", last)
    if "crio-conmon" in last or not keys:
        return last or "/"
    return keys[-1] if keys[-1] in IDS else f"pod:{keys[-1]}"


class Golden:
    def __init__(self):
        self.cgroups = {}  # {labels: short name}
        self.families = {}  # {name: type}
        self.values = {}  # {name: {(other labels, value): [short name]}}

    def add(self, line):
        head = re.match(r"# TYPE (\w+) (\w+)$", line)
        if head:
            assert head.group(1) not in self.families, f"{line} is there twice"
            self.families[head.group(1)] = head.group(2)
        elif not line.startswith("#"):
            self.add_sample(*re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line).groups())

    def add_sample(self, name, labels, value):
        assert list(self.families)[-1] == name, f"{name} stands under another family"
        labels = dict(LABEL.findall(labels or ""))
        of_cgroup = tuple((label, labels.pop(label)) for label in OF_CGROUP if label in labels)
        where = self.cgroup(of_cgroup) if len(of_cgroup) == len(OF_CGROUP) else ""
        assert where or not of_cgroup, f"{name} lacks labels of a container: {of_cgroup}"
        rest = ",".join(f'{label}="{text}"' for label, text in labels.items())
        key = (rest, "(now)" if name == "container_last_seen" else value)
        self.values.setdefault(name, {}).setdefault(key, []).append(where)

    def where(self, cgroups):
        """The cgroups, or where they are fewer, those that it is not."""
        everywhere = [name for name in self.order() if name != NOWHERE]
        others = [name for name in everywhere if name not in cgroups]
        if not set(cgroups) & set(everywhere):
            return "".join(cgroups)
        assert len(set(cgroups)) == len(cgroups), f"a series is there twice: {cgroups}"
        if len(others) >= len(cgroups):
            return " ".join(sorted(cgroups, key=everywhere.index))
        return " ".join(["all", *(["but", *others] if others else [])])

    def order(self):
        return [self.cgroups[labels] for labels in sorted(self.cgroups, key=lambda it: dict(it)["id"])]

    def cgroup(self, labels):
        if labels not in self.cgroups:
            path = dict(labels)["id"]
            name = short_name(path) if path else NOWHERE
            while name in self.cgroups.values():
                name += "'"
            self.cgroups[labels] = name
        return self.cgroups[labels]

    def text(self):
        lines = []
        for labels in sorted(self.cgroups, key=lambda it: dict(it)["id"]):
            name = self.cgroups[labels]
            shown = " ".join(f'{label}="{text}"' for label, text in sorted(labels, key=lambda it: it[0] == "id"))
            lines.append(f"{name}: {shown}")
        for family, kind in self.families.items():
            lines += ["", f"{family} {kind}"]
            values = sorted(self.values.get(family, {}).items(), key=lambda it: (it[0][0], len(it[0][1]), it[0][1]))
            for (rest, value), cgroups in values:
                lines.append("  " + " ".join(part for part in (rest, value, self.where(cgroups)) if part))
        return "\n".join(lines) + "\n"


def golden_of(exposition):
    golden = Golden()
    for line in with_names(exposition).splitlines():
        if GOLDEN.match(line.removeprefix("# TYPE ")):
            golden.add(line)
    return golden.text()
