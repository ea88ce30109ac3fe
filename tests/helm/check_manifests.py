#!/usr/bin/env python3
"""Compares every field of the chart's manifests with Kubernetes' OpenAPI types: unknown ones are refused.

usage: check_manifests.py --openapi FILE [--crd FILE]... [--without-types KIND]... [MANIFEST]...

FILE is api/openapi-spec/swagger.json of Kubernetes' source, of any version (`apt-get source kubernetes` has that
of 1.20; `kubectl get --raw /openapi/v2` asks a cluster), and a --crd is a CustomResourceDefinition:
prometheus-operator has those of PodMonitor and PrometheusRule in example/prometheus-operator-crd, Flux's controllers
theirs in config/crd/bases, Argo CD its own in manifests/crds, openshift/api that of SecurityContextConstraints in
security/v1. Without a MANIFEST: all kept renderings, objects of Flux and Argo CD, and, with kubectl and helm on the PATH, the overlays and the chart with its
dashboards. By hand; what a file alone can tell is in the tests, too.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys

import yaml

import render

LABEL_VALUE = re.compile(r"^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$")
LABEL_KEY = re.compile(r"^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$")
NAME = re.compile(r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$")
LONGEST = {"Service": 63, "Pod": 63, "DaemonSet": 63}  # what becomes a host name or a label

# Those of OpenAPI by the names of Python's types.
TYPES = {"string": str, "boolean": bool, "integer": int, "number": (int, float), "array": list, "object": dict}
# Their schema says string or object, and they are written otherwise, too.
FREE = {
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": (int, str),
    "io.k8s.apimachinery.pkg.api.resource.Quantity": (int, float, str),
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": (str,),
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": (str,),
}


class Types:
    """Schemas by (apiVersion, kind)."""

    def __init__(self, openapi, crds=()):
        self.definitions = openapi["definitions"]
        self.kinds = {}
        for schema in self.definitions.values():
            for kind in schema.get("x-kubernetes-group-version-kind", ()):
                version = "/".join(filter(None, (kind["group"], kind["version"])))
                self.kinds[version, kind["kind"]] = schema
        for crd in crds:
            names = crd["spec"]
            for version in names["versions"]:
                key = f"{names['group']}/{version['name']}", names["names"]["kind"]
                self.kinds[key] = version["schema"]["openAPIV3Schema"]

    def problems(self, item):
        """Texts; none: all is well."""
        key = item.get("apiVersion"), item.get("kind")
        if key not in self.kinds:
            return [f"{key[1]}: no types for {key[0]}: name its definition by --crd"]
        found = []
        self._check(self.kinds[key], item, item["kind"], found)
        metadata = self.definitions["io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"]
        self._check(metadata, item.get("metadata", {}), f"{item['kind']}.metadata", found)
        return found

    def _check(self, schema, value, path, found):
        reference = schema.get("$ref", "").rpartition("/")[2]
        if reference in FREE:
            if not isinstance(value, FREE[reference]) or isinstance(value, bool):
                found.append(f"{path}: {value!r} is no {reference.rpartition('.')[2]}")
            return
        if reference:
            self._check(self.definitions[reference], value, path, found)
            return
        if schema.get("x-kubernetes-int-or-string"):
            if not isinstance(value, (int, str)) or isinstance(value, bool):
                found.append(f"{path}: {value!r} is neither an integer nor a string")
            return
        if value is None and schema.get("nullable"):
            return
        expected = TYPES.get(schema.get("type"), object)
        if not isinstance(value, expected) or (isinstance(value, bool) and expected not in (bool, object)):
            found.append(f"{path}: {value!r} is no {schema['type']}")
            return
        if "enum" in schema and value not in schema["enum"]:
            found.append(f"{path}: {value!r} is none of {schema['enum']}")
        if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
            found.append(f"{path}: {value!r} does not match {schema['pattern']}")
        if isinstance(value, list):
            for index, entry in enumerate(value):
                self._check(schema.get("items", {}), entry, f"{path}[{index}]", found)
        if isinstance(value, dict):
            self._check_object(schema, value, path, found)

    def _check_object(self, schema, value, path, found):
        known = schema.get("properties", {})
        others = schema.get("additionalProperties")
        found += [f"{path}.{key}: missing" for key in schema.get("required", ()) if key not in value]
        # An object of which nothing is said, as metadata of a custom resource, takes anything.
        closed = bool(known) and not others and not schema.get("x-kubernetes-preserve-unknown-fields")
        for key, entry in value.items():
            if key in known:
                self._check(known[key], entry, f"{path}.{key}", found)
            elif isinstance(others, dict):
                self._check(others, entry, f"{path}.{key}", found)
            elif closed:
                found.append(f"{path}.{key}: unknown field")


def label_problems(item):
    """Of names and labels, which no schema tells."""
    found = []
    metadata = item.get("metadata", {})
    kind, name = item["kind"], metadata.get("name", "")
    if not NAME.match(name) or len(name) > LONGEST.get(kind, 253):
        found.append(f"{kind}: the name {name!r}")
    for owner in (item, item.get("spec", {}).get("template", {})):
        for key, value in owner.get("metadata", {}).get("labels", {}).items():
            if not LABEL_KEY.match(key) or not LABEL_VALUE.match(value):
                found.append(f"{kind}/{name}: the label {key}: {value!r}")
    return found


def objects_of(text):
    for item in yaml.safe_load_all(text):
        if item and item.get("kind") == "List":
            yield from item["items"]
        elif item:
            yield item


def kept_manifests():
    """(what it is, its text) of all that the repository holds."""
    for case in (*render.CASES, *render.SHIPPED, "gitops"):
        yield case, render.kept_file(case).read_text(encoding="utf-8")
    for path in sorted([*render.GITOPS.glob("flux/*.yaml"), *render.GITOPS.glob("argocd/*.yaml")]):
        if path.name != "kustomization.yaml":
            yield f"{path.parent.name}/{path.name}", path.read_text(encoding="utf-8")


def made_manifests():
    """Likewise of what helm and kubectl make, where they are."""
    dashboards = render.template("--set=dashboards.enabled=true")
    if dashboards is not None:
        yield "dashboards", dashboards.stdout
    for overlay in sorted((render.GITOPS / "overlays").iterdir()):
        try:
            made = subprocess.run(["kubectl", "kustomize", overlay], capture_output=True, text=True, check=True)
        except FileNotFoundError:
            return
        yield f"overlays/{overlay.name}", made.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--openapi", required=True, type=pathlib.Path)
    parser.add_argument("--crd", action="append", default=[], type=pathlib.Path)
    parser.add_argument("--without-types", action="append", default=[], metavar="KIND", help="not checked")
    parser.add_argument("manifest", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    crds = [item for path in options.crd for item in objects_of(path.read_text(encoding="utf-8"))]
    types = Types(json.loads(options.openapi.read_text(encoding="utf-8")), crds)
    manifests = [(str(path), path.read_text(encoding="utf-8")) for path in options.manifest]
    count, problems = 0, []
    for name, text in manifests or [*kept_manifests(), *made_manifests()]:
        for item in objects_of(text):
            count += 1
            found = label_problems(item)
            if item["kind"] not in options.without_types:
                found += types.problems(item)
            problems += [f"{name}: {problem}" for problem in found]
    print("\n".join([*problems, f"{count} objects, {len(problems)} problems"]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
