"""An environment that is started before it is needed, where processes can't be forked."""

from __future__ import annotations

import contextlib
import importlib
import signal

from devserver.functions.variables import Variables
from devserver.handover import take_connection
from devserver.options import Options
from devserver.processes import environment_process
from devserver.reload.frames import Closed, receive
from devserver.reload.sources import Codes


def main(arguments: list[str]) -> None:
    """Entry point: options as JSON, and how the connection is handed over."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the supervisor's to handle
    connection = take_connection(arguments[1])
    try:
        modules = receive(connection)[0]["modules"]
    except Closed:
        return
    for name in modules:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    options = Options.from_json(arguments[0])
    environment_process.run(options, connection, None, Codes(), Variables(options.root))
