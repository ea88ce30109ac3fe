"""Whether GUARANTEES.md is true: check_guarantees.py BUILD_DIRECTORY

Every test that it names must be in a test program, a Python test or ctest; every suite of a scenario (S01...)
must be named. Every reason by which the code drops, loses or misses something must stand in its table of
reasons, and no other.
"""

import glob
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDERS = ("agent", "collectors", "exporters")


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def sources(*endings):
    for folder in FOLDERS:
        for ending in endings:
            yield from glob.glob(f"{ROOT}/{folder}/**/*{ending}", recursive=True)


def section(page, title):
    """Its rows, each as a list of cells."""
    text = page.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("|").split("|") for line in text.split("\n") if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


# --- tests ----------------------------------------------------------------------------------------


def google_tests(build):
    """All as Suite and Suite.Test, without their parameters."""
    names = set()
    for program in sorted(glob.glob(f"{build}/*_test")):
        listed = subprocess.run([program, "--gtest_list_tests"], capture_output=True, text=True, check=True)
        suite = ""
        for line in listed.stdout.splitlines():
            name = line.split("#")[0].strip()
            if re.fullmatch(r"\w+\.", line.split("#")[0].rstrip()):
                suite = name[:-1]
                names.add(suite)
            elif line.startswith("  "):
                names.add(f"{suite}.{name.split('/')[0]}")
    return names


def other_tests(build):
    """Names of ctest, and functions of Python tests."""
    listed = subprocess.run(["ctest", "--test-dir", build, "-N"], capture_output=True, text=True, check=True)
    names = set(re.findall(r"Test +#\d+: (\S+)", listed.stdout))
    for path in glob.glob(f"{ROOT}/tests/**/test_*.py", recursive=True):
        with open(path, encoding="utf-8") as file:
            names.update(re.findall(r"def (test_\w+)", file.read()))
    return names


def wrong_tests(page, build):
    google = google_tests(build)
    if not google:
        yield f"no test programs in {build}"
    rows = section(page, "Scenarios and their tests")
    named = {name for row in rows for name in re.findall(r"`([\w.]+)`", row[-1])}
    for name in sorted(named - google - other_tests(build)):
        yield f"GUARANTEES.md names the test {name}, which no test program has"
    suites = {name for name in google if re.fullmatch(r"S\d\d\w+", name)}
    for suite in sorted(suites - {name.split(".")[0] for name in named}):
        yield f"the table of scenarios in GUARANTEES.md lacks {suite}"


# --- reasons --------------------------------------------------------------------------------------


def counted_reasons():
    for path in sources(".cc", ".h"):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for term, arguments in re.findall(r"\b(?:note_)?(gap|lose|drop)\(([^;{}]*)", text):
            for reason in re.findall(r'"(\w+)"', arguments):
                yield {"gap": "gaps", "lose": "lost", "drop": "dropped"}[term], reason
        for term, reason in re.findall(r'\bat\((gaps|lost|dropped)_, "(\w+)"\)', text):
            yield term, reason


# Causes for which Loki's answer makes lines, streams or tenants wait: nothing is dropped for them.
LOKI_WAITS = {
    "stream_limit",
    "tenant_rate",
    "body_too_large",
    "ingestion_blocked",
    "tenant_id",
    "not_loki",
    "no_ingester",
}


def loki_reasons():
    """By which lines are given up: the causes of Loki's answers, and what its sender says itself."""
    text = read("exporters/loki/loki_refusal.cc")
    function = text.split("std::string_view refusal_reason(", 1)[1].split("\n}\n", 1)[0]
    yield from set(re.findall(r'"(\w+)"', function)) - LOKI_WAITS
    for path in ("exporters/loki/post_judge.cc", "exporters/loki/entry_rulings.cc"):
        yield from re.findall(r'refuse\(\s*[\w.>-]+,\s*"(\w+)"', read(path))


def refusals():
    """Statuses that are answers about the lines, by which they are given up."""
    loki = read("exporters/loki/loki_answer.cc")
    block = r"((?:case \d+:\s*)+)(?:\{[^{}]*)?(?:const Meaning known = |return \{)meaning_of\(refusals"
    for cases in re.findall(block, loki):
        yield from set(re.findall(r"case (\d+):", cases)) - {"429"}
    gelf = read("exporters/gelf/gelf_http_answer.cc")
    for cases in re.findall(r"((?:case \d+:\s*)+)return [^;]*GelfAnswer::kRefused", gelf):
        yield from re.findall(r"case (\d+):", cases)


def reasons_of_code():
    reasons = set(counted_reasons())
    reasons.update(("dropped", f"http_{status}") for status in refusals())
    reasons.update(("dropped", reason) for reason in loki_reasons())
    for path in sources(".cc"):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for reason in re.findall(r'Kind::kRefused;\s*outcome\.reason = "(\w+)"', text):
            reasons.add(("dropped", reason))
    return reasons


def wrong_reasons(page):
    told = set()
    for row in section(page, "Reasons"):
        told.update((row[0], reason) for reason in re.findall(r"`(\w+)`", row[1]))
    in_code = reasons_of_code()
    for term, reason in sorted(in_code - told):
        yield f"the table of reasons in GUARANTEES.md lacks {term} `{reason}`: what happened, and what to do?"
    for term, reason in sorted(told - in_code):
        yield f"GUARANTEES.md explains {term} `{reason}`, which no code counts"


# --- queries --------------------------------------------------------------------------------------


def wrong_metrics(page):
    known = set(re.findall(r"`(supercargo_\w+)`", read("METRICS.md")))
    for name in sorted(set(re.findall(r"\bsupercargo_[a-z_]+[a-z]\b(?!\*)", page)) - known):
        if not any(other.startswith(name + "_") for other in known):
            yield f"GUARANTEES.md speaks of {name}, which METRICS.md does not know"


def main():
    page = read("GUARANTEES.md")
    wrong = [*wrong_tests(page, sys.argv[1]), *wrong_reasons(page), *wrong_metrics(page)]
    print("\n".join(wrong) or "GUARANTEES.md: tests, reasons and metrics are as it says")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
