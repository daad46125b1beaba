"""Start the dev server: what `inv run` calls."""

from __future__ import annotations

import socket
import sys

from devserver.invocations import keeping
from devserver.livereload_server import LiveReload
from devserver.options import OptionError, Options
from devserver.port import open_listener
from devserver.supervisor import Supervisor

__all__ = ["Options", "serve"]


def serve(options: Options) -> int:
    """Serve until interrupted; returns the exit code: 0, or 1 after one line on what is wrong."""
    try:
        options.check()
        listener = open_listener(options.host, options.port)
    except OptionError as error:
        print(error, file=sys.stderr)
        return 1
    if not _is_loopback(listener):
        print(f"Warning: --host {options.host} lets other machines reach Polo, which has no sign-in.")
    with listener, _livereload_listener(options) as second, keeping():
        supervisor = Supervisor(
            options, listener, LiveReload(second), lambda data: greet(options, listener, data)
        )
        supervisor.run()
    return 0


def greet(options: Options, listener: socket.socket, data: str) -> None:
    """Print the one line that says where Polo is and what it shows."""
    host = "localhost" if _is_loopback(listener) or options.host in ("0.0.0.0", "::") else options.host  # noqa: S104
    path = f"/{options.stage}/" if options.stage else ""
    print(f"Polo  http://{host}:{listener.getsockname()[1]}{path}  ({data})", flush=True)


def _livereload_listener(options: Options) -> socket.socket:
    try:
        return open_listener(options.host, options.livereload_port)
    except OptionError:
        return open_listener(options.host, 0)


def _is_loopback(listener: socket.socket) -> bool:
    address = str(listener.getsockname()[0])
    return address.startswith("127.") or address == "::1"
