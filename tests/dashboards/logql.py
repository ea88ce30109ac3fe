#!/usr/bin/env python3
"""Parses the LogQL of dashboards and of Loki's rules: a strict subset of the language, and the labels that the agent sends.

usage: logql.py DASHBOARDS
"""
import json
import pathlib
import re
import sys

import yaml

STREAM_LABELS = {"namespace", "pod", "container", "node", "stream", "source", "cluster", "environment"}
# Loki 3 finds detected_level itself; the others stand in the agent's structured metadata and in its events' JSON.
LINE_LABELS = STREAM_LABELS | {"detected_level", "pod_uid", "container_id", "restart", "event", "message"}

TOKEN = re.compile(
    r'(?P<string>"(?:[^"\\\n]|\\.)*"|`[^`]*`)|(?P<duration>(?:\d+(?:ms|[smhdwy]))+)\b'
    r"|(?P<number>\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(?P<auto>\$__auto|\$__interval|\$__range)|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<sign>\|=|\|~|!=|!~|=~|==|>=|<=|[-+*/%^<>=|(){}\[\],])"
)
OVER_TIME = {"rate", "count_over_time", "bytes_rate", "bytes_over_time", "absent_over_time"}
AGGREGATES = {"sum", "avg", "min", "max", "count", "topk", "bottomk"}
BINARY = {"+", "-", "*", "/", "%", "^", "==", "!=", ">", ">=", "<", "<=", "and", "or", "unless"}


class LogQLError(ValueError):
    pass


class Parser:
    """One expression; parse() raises LogQLError where Loki would not take it."""

    def __init__(self, text):
        self.tokens, at = [], 0
        while at < len(text):
            if text[at].isspace():
                at += 1
                continue
            found = TOKEN.match(text, at)
            if not found:
                raise LogQLError(f"unknown: {text[at:at + 20]}")
            self.tokens.append((found.lastgroup, found.group()))
            at = found.end()
        self.at = 0

    def parse(self):
        if self.sees("{"):
            self.pipeline()
        else:
            self.expression()
        if self.at < len(self.tokens):
            self.fail("the end")

    def fail(self, wanted):
        raise LogQLError(f"{wanted} expected at: {' '.join(text for _, text in self.tokens[self.at:self.at + 6])}")

    def sees(self, *texts):
        return self.at < len(self.tokens) and self.tokens[self.at][1] in texts

    def takes(self, *texts):
        if self.sees(*texts):
            self.at += 1
            return self.tokens[self.at - 1][1]
        return None

    def need(self, *texts):
        return self.takes(*texts) or self.fail(" or ".join(texts))

    def need_kind(self, *kinds):
        if self.at >= len(self.tokens) or self.tokens[self.at][0] not in kinds:
            self.fail(" or ".join(kinds))
        self.at += 1
        return self.tokens[self.at - 1][1]

    def label(self, known):
        name = self.need_kind("word")
        if name not in known:
            raise LogQLError(f"the agent sends no label {name}")
        return name

    def expression(self):
        self.operand()
        while self.takes(*BINARY):
            self.takes("bool")
            if self.takes("on", "ignoring"):
                self.labels()
                if self.takes("group_left", "group_right") and self.sees("("):
                    self.labels()
            self.operand()

    def operand(self):
        if self.takes("("):
            self.expression()
            self.need(")")
        elif self.takes(*OVER_TIME):
            self.need("(")
            self.pipeline()
            self.need("[")
            self.need_kind("duration", "auto")
            self.need("]")
            if self.takes("offset"):
                self.need_kind("duration")
            self.need(")")
        elif name := self.takes(*AGGREGATES):
            self.aggregate(name)
        else:
            self.takes("-")
            self.need_kind("number")

    def aggregate(self, name):
        grouped = bool(self.takes("by", "without"))
        if grouped:
            self.labels()
        self.need("(")
        if name in ("topk", "bottomk"):
            self.need_kind("number")
            self.need(",")
        self.expression()
        self.need(")")
        if not grouped and self.takes("by", "without"):
            self.labels()

    def labels(self):
        self.need("(")
        while not self.takes(")"):
            self.label(LINE_LABELS)
            if not self.sees(")"):
                self.need(",")

    def pipeline(self):
        self.selector()
        while self.sees("|", "|=", "|~", "!=", "!~"):
            if self.takes("|"):
                self.stage()
            else:
                self.takes("|=", "|~", "!=", "!~")
                self.need_kind("string")

    def selector(self):
        self.need("{")
        selects = False
        while True:
            self.label(STREAM_LABELS)
            sign, text = self.need("=", "!=", "=~", "!~"), self.need_kind("string")[1:-1]
            selects |= (sign == "=" and text != "") or (sign == "=~" and not re.fullmatch(r"|.*\.\*.*|.*\$.*", text))
            if self.takes("}"):
                break
            self.need(",")
        if not selects:
            raise LogQLError("Loki wants one matcher that takes no empty label")

    def stage(self):
        if self.takes("json", "logfmt"):
            return
        if self.takes("line_format"):
            self.need_kind("string")
            return
        while True:
            self.label(LINE_LABELS)
            self.need("=", "!=", "=~", "!~", "==", ">", ">=", "<", "<=")
            self.need_kind("string", "number", "duration")
            if not self.takes("and", "or"):
                return


def problem_of(text):
    try:
        Parser(text).parse()
    except LogQLError as error:
        return str(error)
    return None


def expressions(directory):
    for path in sorted((directory / "rules/loki").glob("*.yaml")):
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]:
            yield from ((f"{path.name}: {rule['alert']}", rule["expr"]) for rule in group["rules"])
    for path in sorted(directory.glob("*.json")):
        panels = json.loads(path.read_text(encoding="utf-8"))["panels"]
        for panel in [one for panel in panels for one in [panel, *panel.get("panels", [])]]:
            for target in panel.get("targets", []):
                if "loki" in str(target.get("datasource") or panel.get("datasource")):
                    yield f"{path.name}: {panel['title']}", target["expr"]


# What the parser itself must refuse, so that it cannot come to take everything.
WRONG = (
    '{namespace=~".*"}', '{namespace="a"', '{app="a"}', '{namespace="a"} | jsn', 'rate({namespace="a"})', "{}",
    'sum by (app) (rate({namespace="a"}[5m]))', 'rate({namespace="a"}[5])', '{namespace="a"} |= web',
    'topk(rate({namespace="a"}[5m]))', 'rate({namespace="a"}[5m]) >', '{namespace="a"} | detected_level=~error',
)


def main():
    asked = list(expressions(pathlib.Path(sys.argv[1])))
    told = [f"{where}: {problem}: {text}" for where, text in asked if (problem := problem_of(text))]
    told += [f"not refused: {text}" for text in WRONG if problem_of(text) is None]
    print("\n".join(told) or f"{len(asked)} LogQL expressions parse")
    return 1 if told or not asked else 0


if __name__ == "__main__":
    sys.exit(main())
