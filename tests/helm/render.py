#!/usr/bin/env python3
"""What helm makes of the chart, kept in rendered/ so that a machine without helm can check it.

usage: render.py    writes rendered/ and helm/gitops/base anew; needs helm on the PATH

A kept file opens with a hash of all it was made from: a chart that was changed without rendering it again is noticed
by any machine.
"""
import hashlib
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
CHART = HERE.parents[1] / "helm" / "supercargo"
KUBERNETES = "1.32.0"  # else it is the one that the helm at hand was made for
CASES = ("default", "outputs", "operator")
GITOPS = CHART.parent / "gitops"  # the base of its overlays is a case, too
# The values files that users are given: presets_NAME and examples_NAME.
SHIPPED = {f"{path.parent.name}_{path.stem}": path
           for folder in ("presets", "examples") for path in sorted((CHART.parent / folder).glob("*.yaml"))}


def values_of(case):
    if case == "gitops":
        return [GITOPS / "values.yaml"]
    if case in SHIPPED:
        return [SHIPPED[case]]
    return [] if case == "default" else [HERE / f"values_{case}.yaml"]


def kept_file(case):
    if case == "gitops":
        return GITOPS / "base" / "supercargo.yaml"
    return HERE / "rendered" / f"{case}.yaml"


def header(case):
    """values.schema.json is left out: it decides what is refused, not what is rendered."""
    digest = hashlib.sha256()
    sources = [CHART / "Chart.yaml", CHART / "values.yaml", *values_of(case)]
    sources += [*sorted((CHART / "templates").iterdir()), *sorted((CHART / "rules").iterdir())]
    for source in sources:
        digest.update(f"{source.name} {source.stat().st_size}\n".encode() + source.read_bytes())
    return f"# Written by tests/helm/render.py from sources with the hash {digest.hexdigest()}\n"


def helm(*arguments):
    """The finished process, or None where there is no helm."""
    program = shutil.which("helm")
    if program is None:
        return None
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)


def template(*arguments):
    return helm("template", "supercargo", CHART, "--namespace=monitoring", f"--kube-version={KUBERNETES}", *arguments)


def value_flags(case):
    flags = ["--no-hooks"] if case == "gitops" else []  # helm alone runs them
    if case in SHIPPED:
        flags = ["--set=dashboards.enabled=false,prometheus.rules.enabled=false"]  # long, and tested by themselves
    return flags + [f"--values={file}" for file in values_of(case)]


def main():
    for case in (*CASES, *SHIPPED, "gitops"):
        result = template(*value_flags(case))
        if result is None or result.returncode != 0:
            sys.exit("render.py: " + ("there is no helm on the PATH" if result is None else result.stderr))
        kept_file(case).write_text(header(case) + result.stdout, encoding="utf-8")


if __name__ == "__main__":
    main()
