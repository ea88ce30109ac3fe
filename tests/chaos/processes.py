"""Processes, HTTP and waiting: what agent.py and receivers.py share."""

import ctypes
import os
import random
import signal
import socket
import subprocess
import urllib.error
import urllib.request

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)
# An order to a stand-in that is obeyed when nobody waits for it any more would be a fault at an unknown time.
ORDER_SECONDS = 60


def free_port():
    """Below the range of outgoing connections, so that it is free again after a restart, too."""
    while True:
        port = random.randrange(10_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass


def start(command, log, environment=None, **options):
    with open(log, "ab") as out:
        return subprocess.Popen(
            command,
            stdout=options.pop("stdout", out),
            stderr=out,
            stdin=options.pop("stdin", subprocess.DEVNULL),
            env={**os.environ, **(environment or {})},
            preexec_fn=lambda: LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL),
            **options,
        )


def http(port, path, method="GET", timeout=3):
    """(status, text); 0 when nobody answers."""
    try:
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method)
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except (OSError, ValueError) as error:
        return 0, str(error)


class Failure(Exception):
    """The run has failed; the text says why."""
