"""The forms that dashboards ship in: for provisioning, and what the chart makes of its own with and without Loki and Graylog."""
import json
import re

GRAYLOG = "https://graylog.example.org"


def lines_without(text, pattern):
    """What the chart's regexReplaceAll does."""
    return re.sub(rf"(?m)^,.*{pattern}.*\n", "", text)


def chart_forms(folder):
    """Each file of the chart as helm renders it, by the name of the variant."""
    texts = {path.stem: path.read_text() for path in sorted(folder.glob("*.json"))}
    metrics_only = {name: lines_without(text, "loki_datasource") for name, text in texts.items() if name != "logs"}
    for name, found in (("loki", texts), ("prometheus", metrics_only)):
        plain = {key: lines_without(text, r"https://graylog\.invalid") for key, text in found.items()}
        graylog = {key: text.replace("https://graylog.invalid", GRAYLOG) for key, text in found.items()}
        yield f"chart, {name}", plain
        yield f"chart, {name} and Graylog", graylog


def forms(root):
    folder = root / "dashboards"
    yield "provisioning", {path.stem: path.read_text() for path in sorted(folder.glob("*.json"))}
    yield from chart_forms(root / "helm" / "supercargo" / "dashboards")


def of_variant(name, texts):
    """What belongs to a variant, and what must not be in it."""
    everything = "".join(texts.values())
    if ("loki" in everything) != ("prometheus" not in name):
        yield "Loki is where it does not belong, or is not where it does"
    if (GRAYLOG in everything) != ("Graylog" in name):
        yield "Graylog is where it does not belong, or is not where it does"
    for key, text in texts.items():
        rows = [panel for panel in json.loads(text)["panels"] if panel["type"] == "row"]
        if key != "logs" and any(row.get("datasource", {}).get("type") == "loki" for row in rows[:-1]):
            yield f"{key}: a row of Loki that is not the last"
