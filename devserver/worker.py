"""The process that runs the functions: one version of the code, served until the supervisor says drain.

Lines from the supervisor: `serve`, `drain`. Lines to it: JSON with `state`, one of ready, broken,
failed, drained. When the control connection ends, the worker does too.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import traceback
from typing import TYPE_CHECKING

from devserver.environment import data_label, function_environment
from devserver.fresh_import import import_fresh_from
from devserver.functions import Handlers, make_api
from devserver.inspector import Inspector
from devserver.invocations import writer
from devserver.invocations_capture import listen
from devserver.options import Options
from tooling.infra_blocks import BlockError, read_functions

if TYPE_CHECKING:
    from devserver.http_server import Server

DRAIN_SECONDS = 30.0


class Control:
    """The connection to the supervisor."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lines = connection.makefile("r", encoding="utf-8")

    def say(self, state: str, **details: str) -> None:
        self._connection.sendall(json.dumps({"state": state, **details}).encode() + b"\n")

    def next_command(self) -> str:
        """The next command; "" once the supervisor is gone."""
        try:
            return self._lines.readline().strip()
        except OSError:
            return ""


def run(options: Options, listener: socket.socket, control: Control, livereload_port: int | None) -> None:
    """Load the functions, report, and serve as told."""
    os.environ.update(function_environment(options.root, os.environ, options.demo))
    listen()
    import_fresh_from(options.root / "src")
    try:
        functions = read_functions(options.root)
        if not any(function.routes for function in functions):
            raise BlockError(f"{options.root / 'src'}: no lambda_*.py declares routes")
    except (BlockError, OSError) as error:
        control.say("failed", error=str(error))
        return

    # after the blocks are known to be good: Flask is what takes time to import
    from devserver.http_server import Server
    from devserver.web import create_app

    handlers = Handlers(functions)
    api = make_api(functions, listener.getsockname()[1], options.stage)
    inspector = Inspector(options.root, functions, api)
    server = Server(listener, create_app(api, handlers.invoke, livereload_port, inspector.respond))
    data = data_label(os.environ, options.root)
    try:
        handlers.load()
    except (Exception, SystemExit):
        control.say("broken", error=traceback.format_exc(), data=data)
    else:
        control.say("ready", data=data)
    _obey(server, control)


def _obey(server: Server, control: Control) -> None:
    while command := control.next_command():
        if command == "serve":
            server.start()
        elif command == "drain":
            server.stop_accepting()
            control.say("drained")
            server.connections.wait_until_done(DRAIN_SECONDS)
            return


def main(arguments: list[str]) -> None:
    """Entry point: options as JSON, the LiveReload port (0: none), then how the sockets are handed over."""
    from devserver.handover import receive

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the supervisor's to handle
    options, livereload_port, given = Options.from_json(arguments[0]), int(arguments[1]), arguments[2]
    listener, connection = receive(given)
    try:
        run(options, listener, Control(connection), livereload_port or None)
    except Exception:
        traceback.print_exc()
    finally:
        writer.flush()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)  # handler threads must not keep a worker of old code
