#!/usr/bin/env python3
"""Prints the bill of materials of the agent's binary as SPDX 2.3 JSON: the Debian packages of what it is linked with.

usage: sbom.py BINARY LIBRARY...

A library beside a file `package` (as http_curl.sh leaves it: "curl=7.88.1-10") was built anew from that source package.
With SOURCE_DATE_EPOCH in the environment the same packages give the same bytes.
"""
import datetime
import hashlib
import json
import os
import subprocess
import sys
import urllib.parse

# Headers and static libraries, which leave no trace that a loader could follow.
COMPILED_IN = ("libboost1.81-dev", "libcli11-dev", "libgcc-12-dev")


def query(*arguments):
    return subprocess.run(["dpkg-query", *arguments], capture_output=True, text=True, check=False)


def packages_of(paths):
    """The packages that own the files, which dpkg may know by either side of the merged /usr."""
    names = {path: {path, os.path.realpath(path)} for path in paths}
    names = {path: {side for name in known for side in (name.removeprefix("/usr"), "/usr" + name, name)}
             for path, known in names.items()}
    listed = query("--search", *sorted(name for known in names.values() for name in known)).stdout
    owners = dict(reversed(line.split(": ", 1)) for line in listed.splitlines())
    for path, known in names.items():
        if not known & owners.keys():
            sys.exit(f"sbom.py: {path} belongs to no package")
    return {owners[name] for known in names.values() for name in known & owners.keys()}


def built_from(library):
    """The source package that stands beside a library which no package brought, or None."""
    place = os.path.join(os.path.dirname(library), "package")
    if not os.path.exists(place):
        return None
    with open(place, encoding="utf-8") as file:
        return file.read().strip()


def built_anew(source):
    name, version = source.split("=")
    return package_entry(name, version, "source", f"built with HTTP alone from the Debian source package {name}")


def described(name):
    shown = query("--show", "--showformat", "${Package}|${Version}|${Architecture}|${source:Package}", name)
    if shown.returncode != 0:
        return None
    package, version, architecture, source = shown.stdout.split("|")
    return package_entry(package, version, architecture, f"built from the Debian source package {source}")


def purl(package, version, architecture):
    """What scanners look vulnerabilities up by; without the distribution they do not know whose version it is."""
    name, release = urllib.parse.quote(package), urllib.parse.quote(version, safe=":~")
    with open("/etc/os-release", encoding="utf-8") as file:
        system = dict(line.rstrip("\n").replace('"', "").split("=", 1) for line in file if "=" in line)
    return f"pkg:deb/debian/{name}@{release}?arch={architecture}&distro={system['ID']}-{system.get('VERSION_ID', 'sid')}"


def package_entry(package, version, architecture, origin):
    return {
        "SPDXID": f"SPDXRef-{package.replace('+', '-')}",
        "name": package,
        "versionInfo": version,
        "supplier": "Organization: Debian",
        "sourceInfo": origin,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "NOASSERTION",
        "copyrightText": "NOASSERTION",
        "externalRefs": [{
            "referenceCategory": "PACKAGE-MANAGER",
            "referenceType": "purl",
            "referenceLocator": purl(package, version, architecture),
        }],
    }


def document(binary, libraries):
    with open(binary, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    version = subprocess.run([binary, "version"], capture_output=True, text=True, check=True).stdout.split()[1]
    agent = {
        "SPDXID": "SPDXRef-supercargo",
        "name": "supercargo",
        "versionInfo": version,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": "Apache-2.0",
        "licenseDeclared": "Apache-2.0",
        "copyrightText": "NOASSERTION",
        "checksums": [{"algorithm": "SHA256", "checksumValue": digest}],
    }
    sources = {library: built_from(library) for library in libraries}
    brought = [library for library, source in sources.items() if source is None]
    names = sorted(packages_of(brought) | set(COMPILED_IN) | {"ca-certificates"})
    packages = [package for package in map(described, names) if package]
    packages += map(built_anew, sorted({source for source in sources.values() if source}))
    created = datetime.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), datetime.timezone.utc)
    contains = [
        {"spdxElementId": agent["SPDXID"], "relationshipType": "DEPENDS_ON", "relatedSpdxElement": package["SPDXID"]}
        for package in packages
    ]
    describes = {
        "spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": agent["SPDXID"],
    }
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"supercargo-{version}",
        "documentNamespace": f"https://spdx.org/spdxdocs/supercargo-{version}-{digest}",
        "creationInfo": {"created": created.strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": ["Tool: packaging/sbom.py"]},
        "packages": [agent, *packages],
        "relationships": [describes, *contains],
    }


if __name__ == "__main__":
    json.dump(document(sys.argv[1], sys.argv[2:]), sys.stdout, indent=1)
    print()
