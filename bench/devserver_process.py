"""A server that is measured: started, asked, and ended with its children."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from common import DEADLINE, ROOT


def ask(port: int, path: str) -> bytes | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return body if response.status < 500 else None


@contextlib.contextmanager
def running(command: list[str], folder: Path, port: int) -> Iterator[float]:
    """A server and its children; the seconds from its start to the first byte of its first answer."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT)} if command[2] == "devserver" else {**os.environ}
    began = time.perf_counter()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=folder, env=environ, start_new_session=True, **quiet)  # type: ignore[call-overload]
    try:
        while ask(port, "/") is None:
            assert time.perf_counter() - began < DEADLINE and process.poll() is None, command
            time.sleep(0.002)
        yield time.perf_counter() - began
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(DEADLINE)
