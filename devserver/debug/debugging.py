"""breakpoint() in a handler: in the terminal of the server, or with --debugpy in an editor."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from devserver.debug.session import session_file
from devserver.options import Options
from devserver.reload.frames import receive, send

FOLLOW_SECONDS = 5.0
NO_FOLLOWER = (
    "The editor has not followed to the new process. It must attach to child processes: "
    '"subProcess": true in VS Code, an event debugpyAttach elsewhere.'
)


def use_debugger(connection: socket.socket, options: Options) -> None:
    """Make breakpoint() tell the supervisor first; with --debugpy, wait for an editor."""
    hook = sys.breakpointhook

    def enter(*arguments: Any, **named: Any) -> Any:
        send(connection, {"debugging": True})
        receive(connection)  # the terminal is ours
        return _in_callers_frame(hook, *arguments, **named)

    sys.breakpointhook = enter
    if options.debugpy:
        _connect_to_editor()


def _in_callers_frame(hook: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """pdb stops in the frame that called breakpoint(), not in ours."""
    if os.environ.get("PYTHONBREAKPOINT") or hook is not sys.__breakpointhook__ or arguments or named:
        return hook(*arguments, **named)
    import pdb  # noqa: T100

    debugger = pdb.Pdb()
    debugger.set_trace(sys._getframe(2))
    return None


def _connect_to_editor() -> None:
    """Become a child of the session that an editor has attached to, or will; the code is loaded then."""
    while not session_file().exists():
        time.sleep(0.05)
    import debugpy  # noqa: T100

    adapter = json.loads(session_file().read_text(encoding="utf-8"))
    hint = threading.Timer(FOLLOW_SECONDS, print, (NO_FOLLOWER,), {"flush": True})
    hint.start()
    debugpy.connect((adapter["host"], adapter["port"]), parent_session_pid=adapter["pid"])  # waits
    hint.cancel()
