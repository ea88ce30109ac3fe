"""LogQL of the dashboards, by the labels that the agent gives its streams."""

# At least one matcher must not match the empty text; each stream has a container.
_CHOSEN = 'container=~".+", cluster=~"$cluster", environment=~"$environment"'
_POD = f'{_CHOSEN}, namespace=~"$namespace", pod=~"$pod", container=~"$container"'

NAMESPACE = f'{{{_CHOSEN}, namespace=~"$namespace", source=""}}'
POD = f'{{{_POD}, source=""}}'
NODE = f'{{{_CHOSEN}, node=~"$node", source=""}}'
EVENTS = f'{{{_POD}, source="supercargo_events"}}'
# What people type is taken as it stands: between quotes, \d and names with dots would be escapes that Loki does not know.
SEARCH = f'{{{_POD}, node=~`${{node:raw}}`, stream=~"$stream", source=""}} |~ `(?i)${{search:raw}}`'
AGENT = f'{{{_CHOSEN}, container="supercargo", source=""}} | detected_level!~"debug|info"'
LEVEL = '| detected_level=~"$level"'

# Loki 3 tells the level of each line by itself.
ERRORS = '| detected_level=~"error|critical|fatal"'


def count(stream: str, by: str, stages: str = "") -> str:
    """Lines a step."""
    return f"sum by ({by}) (count_over_time({_piped(stream, stages)} [$__auto]))"


def line_rate(stream: str, by: str = "", stages: str = "", before: str = "") -> str:
    """Lines a second, now or a while `before`."""
    grouping = f" by ({by})" if by else ""
    offset = f" offset {before}" if before else ""
    return f"sum{grouping} (rate({_piped(stream, stages)} [$__auto]{offset}))"


def error_rate(stream: str) -> str:
    """Lines a second of level error and above: none is 0 where there are lines at all."""
    return f"({line_rate(stream, '', ERRORS)} or 0 * {line_rate(stream)})"


def byte_rate(stream: str, by: str, stages: str = "") -> str:
    return f"sum by ({by}) (bytes_rate({_piped(stream, stages)} [$__auto]))"


def _piped(stream: str, stages: str) -> str:
    return f"{stream} {stages}" if stages else stream
