#!/usr/bin/env python3
"""Prints the chart's README with its table of values made anew from the comments of values.yaml.

usage: values_table.py [--check]    --check: only says what is wrong, as exit code 1

The comments follow helm-docs: `# --` begins the description of the key below it, plain comment lines go on with it.
A description is of the key and of all below it that has none. ./dev docs calls this and writes the file.
"""
import json
import pathlib
import re
import sys

import yaml

CHART = pathlib.Path(__file__).resolve().parent / "supercargo"
PRESETS = CHART.parent / "presets"
VALUES = "<!-- values: helm/values_table.py -->\n", "<!-- end of values -->\n"
PRESET_LINES = "<!-- presets -->\n", "<!-- end of presets -->\n"
KEY = re.compile(r"^( *)([A-Za-z_][\w.-]*):")
ITEM = re.compile(r"^ *(- |#|$)")


def descriptions(text):
    """{path of keys: description} of all keys that have one."""
    found, path, pending = {}, [], None
    for line in text.splitlines():
        comment = re.match(r"^ *#( .*|)$", line)
        if comment:
            words = comment.group(1).strip()
            if words.startswith("-- "):
                pending = [words[3:]]
            elif pending is not None:
                pending.append(words)
            continue
        key = KEY.match(line)
        if key is None:
            pending = None if not ITEM.match(line) or not line.strip() else pending
            continue
        depth = len(key.group(1)) // 2
        path = [*path[:depth], key.group(2)]
        if pending is not None:
            found[tuple(path)] = " ".join(pending)
        pending = None
    return found


def leaves(values, described, path=()):
    """(path, value) of what has a description, or is the end of a path without."""
    for key, value in values.items():
        here = (*path, key)
        below = isinstance(value, dict) and any(other[: len(here)] == here and other != here for other in described)
        if below:
            yield from leaves(value, described, here)
        else:
            yield here, value


def type_of(schema, path, value):
    for key in path:
        schema = schema.get("properties", {}).get(key, schema.get("additionalProperties") or {})
    if "enum" in schema:
        return "string"
    named = {dict: "object", list: "list", bool: "bool", int: "int", str: "string"}
    return named[type(value)]


def problems():
    """What is not explained, and what values.schema.json has otherwise."""
    text = (CHART / "values.yaml").read_text(encoding="utf-8")
    values, described = yaml.safe_load(text), descriptions(text)
    schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
    found = []
    for path, _ in leaves(values, described):
        name = ".".join(path)
        if path not in described:
            found.append(f"{name}: no description (# --) in values.yaml")
        node = schema
        for key in path:
            node = node.get("properties", {}).get(key)
            if node is None:
                found.append(f"{name}: not in values.schema.json")
                break

    whole = {path for path, _ in leaves(values, described)}

    def walk(node, place, path):
        for key, inner in node.get("properties", {}).items():
            here = (*path, key)
            if here == ("config",):
                continue  # all of the agent's: CONFIG.md
            if here in whole:
                continue  # what is below is Kubernetes' own
            if not isinstance(place, dict) or key not in place:
                found.append(f"{'.'.join(here)}: in values.schema.json and not in values.yaml")
            else:
                walk(inner, place[key], here)

    walk(schema, values, ())
    return found


def table():
    text = (CHART / "values.yaml").read_text(encoding="utf-8")
    values, described = yaml.safe_load(text), descriptions(text)
    schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
    rows = ["| Key | Type | Default | Description |\n", "|-----|------|---------|-------------|\n"]
    for path, value in leaves(values, described):
        default = json.dumps(value, ensure_ascii=False).replace("|", "\\|")
        words = described[path].replace("|", "\\|")
        rows.append(f"| {'.'.join(path)} | {type_of(schema, path, value)} | `{default}` | {words} |\n")
    return "".join(rows)


def presets():
    """Each with the two lines that it begins with."""
    rows = []
    for path in sorted(PRESETS.glob("*.yaml")):
        lines = path.read_text(encoding="utf-8").splitlines()[:2]
        rows.append(f"- `{path.stem}`: " + "\n  ".join(line.removeprefix("# ") for line in lines) + "\n")
    return "".join(rows)


def between(text, marks, made):
    before, _, rest = text.partition(marks[0])
    return before + marks[0] + "\n" + made + "\n" + marks[1] + rest.partition(marks[1])[2]


def readme():
    text = (CHART / "README.md").read_text(encoding="utf-8")
    return between(between(text, PRESET_LINES, presets()), VALUES, table())


def main():
    wrong = problems()
    if wrong:
        sys.exit("values_table.py: " + "\n".join(wrong))
    if sys.argv[1:] == ["--check"]:
        current = (CHART / "README.md").read_text(encoding="utf-8") == readme()
        sys.exit(0 if current else "helm/supercargo/README.md is not what values.yaml says: run ./dev docs")
    sys.stdout.write(readme())


if __name__ == "__main__":
    main()
