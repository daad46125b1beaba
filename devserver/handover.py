"""Starts the dev server's processes, with their sockets: by inheritance, or on Windows by duplication."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from devserver.options import Options

BOOT = (
    "import sys, importlib; sys.path[0] = sys.argv.pop(1);"
    "importlib.import_module('devserver.' + sys.argv[1]).main(sys.argv[2:])"
)
PACKAGE_ROOT = Path(__file__).resolve().parent.parent


def start_process(
    module: str,
    options: Options,
    connection: socket.socket,
    environ: Mapping[str, str],
    pipes: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """A process that runs `devserver.<module>.main`, and has copies of the connection and of the pipes."""
    command = [sys.executable, "-u", "-c", BOOT, str(PACKAGE_ROOT), module, options.to_json()]
    if sys.platform == "win32":
        return _start_on_windows(command, connection, options.root, environ)
    numbers = [connection.fileno(), *pipes]
    return subprocess.Popen(
        [*command, *map(str, numbers)], cwd=options.root, env=dict(environ), pass_fds=numbers
    )


def _start_on_windows(
    command: list[str], connection: socket.socket, cwd: Path, environ: Mapping[str, str]
) -> subprocess.Popen[bytes]:  # pragma: no cover
    process = subprocess.Popen([*command, "stdin"], cwd=cwd, env=dict(environ), stdin=subprocess.PIPE)
    shared = base64.b64encode(connection.share(process.pid)).decode()  # type: ignore[attr-defined]
    assert process.stdin is not None  # noqa: S101
    process.stdin.write(json.dumps(shared).encode() + b"\n")
    process.stdin.close()
    return process


def take_connection(given: str) -> socket.socket:
    """The connection, in the process that was started."""
    if given == "stdin":  # pragma: no cover
        shared = base64.b64decode(json.loads(sys.stdin.readline()))
        taken: socket.socket = socket.fromshare(shared)  # type: ignore[attr-defined]
        return taken
    return socket.socket(fileno=int(given))
