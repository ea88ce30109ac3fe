"""Images that need no registry: archives made here, of one busybox, and how a runtime takes them in."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile

IMAGE = "localhost/busybox:1"
PAUSE_IMAGE = "localhost/pause:1"
APPLETS = ["sh", "cat", "date", "dd", "echo", "head", "printf", "seq", "sleep", "tr", "usleep", "yes"]


def import_archive(socket, archive):
    """Into the containerd at `socket`, unpacked for its snapshotter `native`."""
    ctr = ["ctr", f"--address={socket}", "--namespace=k8s.io"]
    told = subprocess.run(["ctr", "--version"], check=True, capture_output=True, text=True).stdout.split()[-1]
    by_client = [] if told.startswith("1.") else ["--local"]  # from 2.0 on the server would choose the snapshotter
    command = [*ctr, "images", "import", *by_client, "--snapshotter=native", archive]
    subprocess.run(command, check=True, capture_output=True)


def write_image_archive(path):
    """A docker archive of two images of one busybox: IMAGE, and PAUSE_IMAGE, which only sleeps."""
    layer = _busybox_layer()
    manifest = []
    with tarfile.open(path, "w") as archive:
        _add_file(archive, "layer.tar", layer)
        for tag, command in ((IMAGE, ["/bin/sh"]), (PAUSE_IMAGE, ["/bin/sleep", "2147483647"])):
            config = {
                "architecture": "amd64" if os.uname().machine == "x86_64" else "arm64",
                "os": "linux",
                "config": {"Env": ["PATH=/bin"], "Entrypoint": command},
                "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer).hexdigest()]},
            }
            name = tag.replace("/", "-").replace(":", "-") + ".json"
            _add_file(archive, name, json.dumps(config).encode())
            manifest.append({"Config": name, "RepoTags": [tag], "Layers": ["layer.tar"]})
        _add_file(archive, "manifest.json", json.dumps(manifest).encode())


def _busybox_layer():
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as layer:
        for directory in ("bin", "dev", "etc", "proc", "sys", "tmp"):
            entry = tarfile.TarInfo(directory)
            entry.type = tarfile.DIRTYPE
            entry.mode = 0o755
            layer.addfile(entry)
        with open(os.path.realpath(shutil.which("busybox")), "rb") as busybox:
            _add_file(layer, "bin/busybox", busybox.read(), mode=0o755)
        for applet in APPLETS:
            entry = tarfile.TarInfo(f"bin/{applet}")
            entry.type = tarfile.SYMTYPE
            entry.linkname = "busybox"
            layer.addfile(entry)
    return buffer.getvalue()


def _add_file(archive, name, content, mode=0o644):
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    entry.mode = mode
    archive.addfile(entry, io.BytesIO(content))
