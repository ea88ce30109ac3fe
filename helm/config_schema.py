#!/usr/bin/env python3
"""Prints the chart's values.schema.json with the agent's configuration schema as that of `config`.

usage: config_schema.py CONFIG_SCHEMA

The rest of values.schema.json is kept by hand. ./dev docs calls this and writes the file.
"""
import json
import pathlib
import sys

CHART_SCHEMA = pathlib.Path(__file__).parent / "supercargo" / "values.schema.json"


def with_config(chart_schema, config_schema):
    """Without the keys that only the top of a schema has."""
    inner = {key: value for key, value in config_schema.items() if key not in ("$schema", "title")}
    properties = {**chart_schema["properties"], "config": inner}
    return {**chart_schema, "properties": properties}


def main():
    config_schema = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    chart_schema = json.loads(CHART_SCHEMA.read_text(encoding="utf-8"))
    print(json.dumps(with_config(chart_schema, config_schema), indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
