"""A dev server as a process of its own, for tests that ask it as a browser does."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

from settings import ROOT

DEADLINE = 60  # seconds


@contextlib.contextmanager
def served(*options: str, **environment: str) -> Iterator[str]:
    """The address of a dev server that runs meanwhile, with these variables beside this process's own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "run.py", "--port", str(port), *options]
    environ = {**os.environ, **environment}
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL) as server:
        try:
            wait(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(DEADLINE)


def wait(port: int) -> None:
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
            connection.request("GET", "/")
            connection.getresponse().read()
            return
    raise TimeoutError("the dev server does not answer")
