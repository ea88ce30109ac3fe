#!/usr/bin/env python3
"""Writes the dashboards: all files that ship, or one variant for a Grafana of your own.

usage: generate.py                         all committed files
       generate.py --check                 says what differs from them, and fails
       generate.py --out DIRECTORY [--no-loki] [--graylog-url URL]
"""
import argparse
import importlib
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
CHART = HERE.parent / "helm" / "supercargo" / "dashboards"
EXPORT = HERE / "grafana.com"
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))

form = importlib.import_module("lib.form")


def boards():
    """Each file of boards/ has one."""
    names = sorted(path.stem for path in (HERE / "boards").glob("[a-z]*.py"))
    return [importlib.import_module(f"boards.{name}").BOARD for name in names]


def variant(board, loki: bool, graylog_url: str) -> str | None:
    """None: the page is only for Loki."""
    if not loki and board.uid == "supercargo-logs":
        return None
    return form.render(form.chart(board.json()), loki, graylog_url)


def committed() -> dict[pathlib.Path, str]:
    files = {}
    for board in boards():
        model = board.json()
        files[HERE / f"{board.name}.json"] = form.render(form.chart(model))
        files[EXPORT / f"{board.name}.json"] = form.export(model)
        files[CHART / f"{board.name}.json"] = form.chart(model)
    return files


def check() -> int:
    wanted = committed()
    there = {path for folder in (HERE, EXPORT, CHART) for path in folder.glob("*.json")}
    stale = [path for path, text in wanted.items() if path not in there or path.read_text() != text]
    stale += sorted(there - wanted.keys())
    for path in stale:
        print(f"{path.relative_to(HERE.parent)}: not what dashboards/generate.py writes")
    return 1 if stale else 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Writes the dashboards.")
    parser.add_argument("--check", action="store_true", help="only say what differs")
    parser.add_argument("--out", type=pathlib.Path, help="a directory for one variant")
    parser.add_argument("--no-loki", action="store_true", help="without the rows and links that need Loki")
    parser.add_argument("--graylog-url", default="", help="with links to searches in this Graylog")
    arguments = parser.parse_args()
    if arguments.check:
        return check()
    files = committed()
    if arguments.out:
        made = {board.name: variant(board, not arguments.no_loki, arguments.graylog_url) for board in boards()}
        files = {arguments.out / f"{name}.json": text for name, text in made.items() if text}
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
