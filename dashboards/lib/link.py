"""Where a panel leads: other dashboards with the same data source, cluster and time, or a search in Graylog."""
import dataclasses
import urllib.parse

# Lines of the chart's form that name one of these are left out where there is no Loki, or no Graylog: see form.py.
LOKI_MARK = "loki_datasource"
GRAYLOG = "https://graylog.invalid"

_KEPT = "${prometheus_datasource:queryparam}&${cluster:queryparam}&${environment:queryparam}&${__url_time_range}"


@dataclasses.dataclass(frozen=True)
class Link:
    title: str
    url: str

    def json(self) -> dict:
        return {"title": self.title, "url": self.url, "targetBlank": False}


def board(title: str, name: str, **variables: str) -> Link:
    """A link to the dashboard `name` with some of its variables set. What the page itself has chosen is handed on value
    by value: there may be several, and written as a text they are a pattern that matches none of them."""
    chosen = "".join(
        f"&${{{key}:queryparam}}" if value == f"${{{key}}}" else f"&var-{key}={value}" for key, value in variables.items())
    return Link(title, f"/d/supercargo-{name}?{_KEPT}{chosen}")


def logs(title: str, **variables: str) -> Link:
    """A link to the dashboard Logs, which needs Loki."""
    found = board(title, "logs", **variables)
    return Link(title, f"{found.url}&${{{LOKI_MARK}:queryparam}}")


def graylog(title: str, query: str) -> Link:
    """A search in Graylog over the time that the page shows."""
    text = urllib.parse.quote(query, safe="${}:_.")
    return Link(title, f"{GRAYLOG}/search?rangetype=absolute&from=${{__from:date:iso}}&to=${{__to:date:iso}}&q={text}")


def of_labels(*names: str) -> dict[str, str]:
    """Variables that take the labels of the series one clicks on."""
    return {name: f"${{__field.labels.{name}}}" for name in names}


def of_row(*names: str) -> dict[str, str]:
    """Variables that take the cells of the table's row one clicks on."""
    return {name: f"${{__data.fields.{name}}}" for name in names}


def terms(variables: dict[str, str]) -> str:
    """The same as a query of Graylog."""
    return " AND ".join(f'{name}:"{value}"' for name, value in variables.items())


def to_pod(variables: dict[str, str]) -> list[Link]:
    """The pod, and its logs."""
    return [board("Pod", "pod", **variables), logs("Logs", **variables), graylog("Graylog", terms(variables))]


SERIES_POD = to_pod(of_labels("namespace", "pod"))
ROW_POD = to_pod(of_row("namespace", "pod"))
SERIES_NODE = [board("Node", "node", **of_labels("instance"))]
ROW_NODE = [board("Node", "node", **of_row("instance")), board("Agent", "agent", **of_row("instance"))]
