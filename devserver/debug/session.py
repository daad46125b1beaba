"""The process an editor attaches to with --debugpy: environments come and go, the editor's session stays.

It holds debugpy's adapter and does nothing itself. Each environment connects to the adapter as a child of
this process, and the editor, which is told of each child, follows.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from devserver.handover import start_process, take_connection
from devserver.options import OptionError, Options
from devserver.port import open_listener, owner_of
from devserver.record.folder import folder
from devserver.reload.frames import Closed, receive

LOOPBACK = "127.0.0.1"
START_SECONDS = 30.0


def check(options: Options) -> None:
    """Raises OptionError when an editor could not attach."""
    if options.debugpy:
        port = options.debugpy_port
        try:
            open_listener(LOOPBACK, port).close()
        except OptionError as error:
            raise OptionError(
                f"--debugpy: port {port}, which editors attach to, is taken by {owner_of(port)}; end it first"
            ) from error


def start(options: Options) -> socket.socket:
    """Start that process; it ends with the connection that is returned."""
    ours, theirs = socket.socketpair()
    with theirs:
        start_process("debug.session", options, theirs, os.environ)
    return ours


def session_file() -> Path:
    """Where the process says that an editor has attached, and how environments reach the adapter."""
    place = folder()
    assert place is not None, "a server that runs has a folder"  # noqa: S101
    return place / "debug_session"


def main(arguments: list[str]) -> None:
    """Entry point: options as JSON, and how the connection is handed over."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the supervisor's to handle
    connection = take_connection(arguments[1])
    threading.Thread(target=_end_with, args=(connection,), daemon=True).start()
    import debugpy  # noqa: T100

    port = Options.from_json(arguments[0]).debugpy_port
    adapter = _start_adapter(port)
    print(f"Waiting for an editor to attach to {LOOPBACK}:{port} (debugpy)", flush=True)
    debugpy.connect((adapter["host"], adapter["port"]))  # waits for it
    ready = session_file().with_suffix(".new")
    ready.write_text(json.dumps(adapter | {"pid": os.getpid()}), encoding="utf-8")
    ready.replace(session_file())
    threading.Event().wait()


def _start_adapter(port: int) -> dict[str, Any]:
    """Host and port at which it expects processes to debug; the process ends with the last of them.

    debugpy.listen() does the same, but keeps to itself the token that further processes would need.
    """
    with socket.create_server((LOOPBACK, 0)) as waiting:
        waiting.settimeout(START_SECONDS)
        told_at = str(waiting.getsockname()[1])
        own = ["--for-server", told_at, "--host", LOOPBACK, "--port", str(port)]
        subprocess.Popen([sys.executable, "-m", "debugpy.adapter", *own])
        with waiting.accept()[0] as adapter, adapter.makefile("rb") as told:
            server: dict[str, Any] = json.loads(told.read())["server"]
    return server


def _end_with(connection: socket.socket) -> None:
    try:
        receive(connection)
    except Closed:
        os._exit(0)
