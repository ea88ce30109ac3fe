"""Tables of what Prometheus knows now: a row for each set of labels, a column for each query."""
import dataclasses

from .link import Link
from .panel import PLAIN, PROMETHEUS, Panel, Query, ref, without_value

# In a cell: a panel's own text for no value is for a table without rows, but Grafana takes it for empty cells, too.
NOTHING = "–"
_CELLS = {"matcher": {"id": "byRegexp", "options": "/.*/"}, "properties": [{"id": "noValue", "value": NOTHING}]}


@dataclasses.dataclass(frozen=True)
class Column:
    title: str
    expr: str
    unit: str = "short"
    colors: dict = dataclasses.field(default_factory=lambda: PLAIN)
    decimals: int | None = None


def _field(columns, place: int) -> str:
    # Grafana numbers the values only where there are several queries.
    return f"Value #{ref(place)}" if len(columns) > 1 else "Value"


def _override(column: Column) -> dict:
    properties = [{"id": "unit", "value": column.unit}]
    if column.decimals is not None:
        properties.append({"id": "decimals", "value": column.decimals})
    if column.colors is not PLAIN:
        properties.append({"id": "thresholds", "value": column.colors["thresholds"]})
        properties.append({"id": "custom.cellOptions", "value": {"type": "color-background", "mode": "basic"}})
        properties.append({"id": "mappings", "value": without_value(NOTHING, "transparent")})
    return {"matcher": {"id": "byName", "options": column.title}, "properties": properties}


def table(
    title: str,
    description: str,
    labels: tuple[str, ...],
    columns: list[Column],
    data_links: list[Link],
    links: list[Link] | tuple = (),
    width: int = 24,
    height: int = 9,
    sort: str = "",
    ascending: bool = False,
    no_value: str = "None",
    hidden: tuple[str, ...] = (),
    source: dict = PROMETHEUS,
) -> Panel:
    """Rows by `labels`, which the queries keep; sorted by the column `sort`, by default the first, the largest
    first or last."""
    names = list(labels) + [_field(columns, place) for place in range(len(columns))]
    organize = {
        "excludeByName": {name: True for name in ("Time", *hidden)},
        "indexByName": {name: place for place, name in enumerate(names)},
        "renameByName": {_field(columns, place): column.title for place, column in enumerate(columns)},
    }
    return Panel(
        kind="table",
        title=title,
        description=description,
        unit="short",
        queries=tuple(Query(column.expr) for column in columns),
        links=tuple(links),
        data_links=tuple(data_links),
        width=width,
        height=height,
        source=source,
        no_value=no_value,
        defaults={"color": {"mode": "thresholds"}, "custom": {"align": "auto", "filterable": True}, **PLAIN},
        options={
            "showHeader": True,
            "cellHeight": "sm",
            "footer": {"show": False, "reducer": ["sum"]},
            "sortBy": [{"displayName": sort or columns[0].title, "desc": not ascending}],
        },
        overrides=(_CELLS, *(_override(column) for column in columns)),
        transformations=({"id": "merge", "options": {}}, {"id": "organize", "options": organize}),
        instant=True,
    )
