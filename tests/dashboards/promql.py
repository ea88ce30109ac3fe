"""What tests change in PromQL: an expression without its thresholds, and the sides of its `or`."""
import re

TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
THRESHOLD = re.compile(r"\s*(?:==|!=|>=|<=|>|<)\s*(?:bool\s+)?-?\d[\d.e]*(?:\s*\*\s*\d+)?")


def without_texts(change, text):
    """change() of what stands outside of quotes."""
    texts = TEXT.findall(text)
    changed = change(TEXT.sub('""', text))
    assert changed.count('""') == len(texts), text
    return re.sub('""', lambda _: texts.pop(0), changed)


def without_thresholds(text):
    """What is compared, and now: `x > 5` becomes x, `absent(x)` becomes x. What `unless` takes away stays as it is."""

    def change(bare):
        bare = re.sub(r"\s+offset\s+\d+\w", "", bare)
        bare = re.sub(r"\[\d+\w:\d*\w?\]", "[5m:1s]", bare)  # a test's bed is younger than a step of hours
        bare = re.sub(r"\babsent\(", "(", bare)
        parts = re.split(r"(\bunless\b[^()]*(?:\([^()]*\))?[^()]*)", bare)
        return "".join(part if part.startswith("unless") else THRESHOLD.sub("", part) for part in parts)

    return without_texts(change, text)


def without_last_threshold(text):
    return re.sub(THRESHOLD.pattern + r"\s*$", "", text)


TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\bor (?:on|ignoring)\b|\w+|\s+|.', re.DOTALL)


def _with_depth(text):
    """Its tokens, each with the number of brackets that are open after it."""
    depth = 0
    for token in TOKEN.findall(text):
        depth += (token in "([{") - (token in ")]}")
        yield token, depth


def sides(text):
    """What stands at the sides of each `or` that no bracket encloses. `or on (...)` is no union but what else to show."""
    found = [""]
    for token, depth in _with_depth(text):
        if (token, depth) == ("or", 0):
            found.append("")
        else:
            found[-1] += token
    return [side.strip() for side in found]


def without_topk(text):
    """`topk(10, x)` becomes x, as `bottomk` does."""
    found = re.match(r"(?:topk|bottomk)\(\d+, ", text)
    if not found or any(depth == 0 for _, depth in list(_with_depth(text))[1:-1]):
        return text
    return text[found.end() : -1]


def without_join(text):
    """`(x) * on (...) ...` becomes x; any other expression is left alone."""
    inner = ""
    for token, depth in _with_depth(text) if text.startswith("(") else ():
        inner += token
        if depth == 0:
            return inner[1:-1] if text[len(inner) :].startswith(" * on (") else text
    return text
