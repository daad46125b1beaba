"""Gives a new worker process its sockets: by inheritance, or on Windows by duplication."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

BOOT = "import sys; sys.path[0] = sys.argv.pop(1); from devserver.worker import main; main(sys.argv[1:])"
PACKAGE_ROOT = Path(__file__).resolve().parent.parent


def start_worker(
    arguments: Sequence[str], sockets: Sequence[socket.socket], cwd: Path
) -> subprocess.Popen[bytes]:
    """A worker process that owns copies of the sockets."""
    command = [sys.executable, "-u", "-c", BOOT, str(PACKAGE_ROOT), *arguments]
    if sys.platform == "win32":
        return _start_on_windows(command, sockets, cwd)
    numbers = [item.fileno() for item in sockets]
    return subprocess.Popen([*command, json.dumps(numbers)], cwd=cwd, pass_fds=numbers)


def _start_on_windows(
    command: list[str], sockets: Sequence[socket.socket], cwd: Path
) -> subprocess.Popen[bytes]:  # pragma: no cover
    process = subprocess.Popen([*command, "stdin"], cwd=cwd, stdin=subprocess.PIPE)
    shared = [base64.b64encode(item.share(process.pid)).decode() for item in sockets]  # type: ignore[attr-defined]
    assert process.stdin is not None  # noqa: S101
    process.stdin.write(json.dumps(shared).encode() + b"\n")
    process.stdin.close()
    return process


def receive(given: str) -> list[socket.socket]:
    """The sockets, in the worker."""
    if given == "stdin":  # pragma: no cover
        shared = json.loads(sys.stdin.readline())
        return [socket.fromshare(base64.b64decode(item)) for item in shared]  # type: ignore[attr-defined]
    return [socket.socket(fileno=number) for number in json.loads(given)]
