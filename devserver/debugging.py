"""breakpoint() in a handler: in the terminal of the server, or with --debugpy in an editor."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

from devserver.frames import receive, send
from devserver.options import Options

LOOPBACK = "127.0.0.1"
DEBUGPY_PORT = 5678
FREE_SECONDS = 5.0


def use_debugger(connection: socket.socket, options: Options) -> None:
    """Make breakpoint() tell the supervisor first; with --debugpy, wait for an editor."""
    hook = sys.breakpointhook

    def enter(*arguments: Any, **named: Any) -> Any:
        send(connection, {"debugging": True})
        receive(connection)  # the terminal is ours
        return _in_callers_frame(hook, *arguments, **named)

    sys.breakpointhook = enter
    if options.debugpy:
        _wait_for_editor()


def _in_callers_frame(hook: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """pdb stops in the frame that called breakpoint(), not in ours."""
    if os.environ.get("PYTHONBREAKPOINT") or hook is not sys.__breakpointhook__ or arguments or named:
        return hook(*arguments, **named)
    import pdb  # noqa: T100

    debugger = pdb.Pdb()
    debugger.set_trace(sys._getframe(2))
    return None


def _wait_for_editor() -> None:
    import debugpy  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: T100

    end = time.monotonic() + FREE_SECONDS
    while True:
        try:
            debugpy.listen((LOOPBACK, DEBUGPY_PORT))
            break
        except (OSError, RuntimeError):  # the environment before has not let go of the port
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
    print(f"Waiting for an editor to attach to {LOOPBACK}:{DEBUGPY_PORT} (debugpy)", flush=True)
    debugpy.wait_for_client()
