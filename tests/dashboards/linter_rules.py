"""The 17 rules of grafana/dashboard-linter, said anew and strictly: warnings are errors, matchers do not help a counter.

Each rule is a function of a dashboard that yields what breaks it. EXCLUDED tells the one thing that is allowed to
differ, and why.
"""
import re

EXCLUDED = {
    "target-instance": 'targets select instance=~"$instance(:[0-9]+)?": exporters of one node differ in the port only, '
    "and a node is chosen without it, so that node_exporter, kubelet and the agent are one node on a page",
    "target-counter-agg": "(x unless x offset $__range or increase(x[$__range])): a counter with a reason for a label is not "
    "there before it first counts, so that increase() alone knows nothing of that first time",
}
INSTANCE = "$instance(:[0-9]+)?"
UNITS = {
    "short", "percentunit", "bytes", "Bps", "bps", "s", "cps", "ops", "pps", "reqps", "dtdurations", "dateTimeAsIso",
    "dateTimeFromNow"}
YOUNG_COUNTER = re.compile(r"\((\w+\{[^{}]*\}) unless \1 offset \$__range or (?=increase\(\1\[\$__range\]\)\))")
SELECTOR = re.compile(r"([a-zA-Z_:][\w:]*)?\{([^{}]*)\}")
MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"')
VARIABLES = re.compile(r"\$(?:\{(\w+)[^}]*\}|(\w+))")


def panels(board):
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def variables(board, kind=None):
    return [one for one in board["templating"]["list"] if kind in (None, one["type"])]


def targets(board, kind):
    for panel in panels(board):
        for target in panel["targets"]:
            if target["datasource"]["type"] == kind:
                yield panel, target


def alike(expr):
    """With quotes for backquotes, $x for ${x:raw}, and without the braces of a line_format."""
    expr = re.sub(r"\{\{.*?\}\}", "", expr)
    return re.sub(r"\$\{(\w+):raw\}", r"$\1", re.sub(r"`([^`]*)`", r'"\1"', expr))


def selectors(expr):
    """Names and matchers of each selector."""
    for found in SELECTOR.finditer(alike(expr)):
        yield found.group(1) or "", {name: (kind, value) for name, kind, value in MATCHER.findall(found.group(2))}


def template_datasource(board):
    found = variables(board, "datasource")
    if not found:
        yield "no data source variable"
    for one in found:
        kind = one["query"]
        if (one["name"], one["label"]) != (f"{kind}_datasource", f"{kind.title()} data source"):
            yield f"data source variable {one['name']}, {one['label']}"


def _template(board, name):
    found = [one for one in variables(board, "query") if one["name"] == name]
    if not found:
        yield f"no variable {name}"
    for one in found:
        wanted = (name.title(), True, ".+", "${prometheus_datasource}")
        if (one["label"], one["multi"], one["allValue"], one["datasource"]["uid"]) != wanted:
            yield f"variable {name}: label, multi, allValue or data source"


def template_job(board):
    yield from _template(board, "job")


def template_instance(board):
    yield from _template(board, "instance")


def template_label_promql(board):
    for one in variables(board, "query"):
        if not re.fullmatch(r"label_values\((.+), (\w+)\)", one["query"]["query"]):
            yield f"variable {one['name']}: {one['query']['query']}"


def template_on_time_change_reload(board):
    for one in variables(board, "query"):
        if one["refresh"] != 2:
            yield f"variable {one['name']} is not refreshed with the time range"


def panel_datasource(board):
    known = {f"${{{one['name']}}}" for one in variables(board, "datasource")}
    for panel in panels(board):
        if {panel["datasource"]["uid"], *(target["datasource"]["uid"] for target in panel["targets"])} - known:
            yield f"{panel['title']}: data source is no variable"


def panel_title_description(board):
    for panel in panels(board):
        if not panel["title"] or len(panel["description"]) < 10:
            yield f"panel {panel['id']}: title or description"


def panel_units(board):
    for panel in panels(board):
        field = panel["fieldConfig"]
        found = [field["defaults"].get("unit")]
        for override in field["overrides"]:
            found += [one["value"] for one in override["properties"] if one["id"] == "unit"]
        if set(found) - UNITS:
            yield f"{panel['title']}: unit {found}"


def panel_no_targets(board):
    for panel in panels(board):
        if not panel["targets"] or not all(target["expr"] for target in panel["targets"]):
            yield f"{panel['title']}: no targets"


def target_logql(board):
    for panel, target in targets(board, "loki"):
        bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', target["expr"])
        for left, right in ("()", "{}", "[]"):
            if bare.count(left) != bare.count(right):
                yield f"{panel['title']}: {left}{right} do not match"
        for found in SELECTOR.finditer(alike(target["expr"])):
            values = [VARIABLES.sub(".*", value) for _, kind, value in MATCHER.findall(found.group(2)) if kind[0] == "="]
            if all(re.fullmatch(value, "") for value in values):
                yield f"{panel['title']}: every matcher matches the empty text"


def target_logql_auto(board):
    for panel, target in targets(board, "loki"):
        bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', target["expr"])
        if set(re.findall(r"\[([^]]*)\]", bare)) - {"$__auto"}:
            yield f"{panel['title']}: a fixed step"


def target_promql(board):
    """That it parses, promtool tells; here that all its variables exist."""
    known = {one["name"] for one in variables(board)}
    for panel, target in targets(board, "prometheus"):
        for braced, plain in VARIABLES.findall(target["expr"]):
            name = braced or plain
            if name not in known and not name.startswith("__") and not name.isdigit():
                yield f"{panel['title']}: unknown variable {name}"


def target_rate_interval(board):
    for panel, target in targets(board, "prometheus"):
        for found in re.finditer(r"\b(i?rate|increase|changes)\([^[]*\{[^{}]*\}\[([^]]*)\]", target["expr"]):
            wanted = {"$__rate_interval"} | ({"$__range"} if found.group(1) == "increase" else set())
            if found.group(2) not in wanted:
                yield f"{panel['title']}: {found.group(1)} over {found.group(2)}"


def _target(board, label, wanted):
    for panel, target in targets(board, "prometheus"):
        found = list(selectors(target["expr"]))
        if not found or any(matchers.get(label) != ("=~", wanted) for _, matchers in found):
            yield f'{panel["title"]}: a selector without {label}=~"{wanted}"'


def target_job(board):
    yield from _target(board, "job", "$job")


def target_instance(board):
    yield from _target(board, "instance", INSTANCE)


def target_counter_agg(board):
    for panel, target in targets(board, "prometheus"):
        expr = YOUNG_COUNTER.sub("(", target["expr"])
        for found in SELECTOR.finditer(expr):
            name = found.group(1) or ""
            if name.endswith("_total") and not re.search(r"\b(rate|irate|increase)\($", expr[: found.start()]):
                yield f"{panel['title']}: {name} without rate or increase"


def uneditable_dashboard(board):
    if board["editable"]:
        yield "editable"


RULES = (
    template_datasource, template_job, template_instance, template_label_promql, template_on_time_change_reload,
    panel_datasource, panel_title_description, panel_units, panel_no_targets, target_logql, target_logql_auto,
    target_promql, target_rate_interval, target_job, target_instance, target_counter_agg, uneditable_dashboard)


def problems(board):
    for rule in RULES:
        yield from (f"{rule.__name__.replace('_', '-')}: {problem}" for problem in rule(board))
