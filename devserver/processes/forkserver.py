"""A process without threads that forks environments, as quick as code can change.

It has third-party modules imported, and the code of src compiled but not run. Of itself it forks
templates: fork servers that also have run the modules of src that the last saves can't have changed.

Messages to it: `environment` and `template`, each with a socket for the new process; `learn`. Messages
from it: `loaded`, the files of src that a template has run, with those that it leaves to its environments;
`ended`, a child's id and exit code.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import signal
import socket
import sys

from devserver.functions.found import front_first, read_functions_once
from devserver.functions.variables import Variables
from devserver.handover import take_connection
from devserver.options import Options
from devserver.processes import environment_process
from devserver.record.capture import listen
from devserver.reload.dependencies import dependents, imports_of
from devserver.reload.frames import Closed, Message, receive_with_descriptors, send
from devserver.reload.sources import Codes, import_from, loaded_from, modules_of
from tooling.blocks.blocks import BlockError, Function

CHEAP = 12  # modules; what is left out of a template takes its time at each save


class ForkServer:
    """Obeys one connection. lifeline: a pipe that ends with the supervisor, for the environments."""

    def __init__(self, options: Options, control: socket.socket, lifeline: int) -> None:
        self._options = options
        self._src = options.root / "src"
        self._control = control
        self._lifeline = lifeline
        self._codes = Codes()
        self._variables = Variables(options.root)
        self._changing: set[str] = set()

    def serve(self) -> None:
        """Until the connection ends."""
        signal.signal(signal.SIGCHLD, lambda *_: self._reap())
        while True:
            message, descriptors = receive_with_descriptors(self._control)
            match message["do"]:
                case "environment":
                    self._environment(socket.socket(fileno=descriptors[0]))
                case "template":
                    self._template(message, socket.socket(fileno=descriptors[0]))
                case "learn":
                    self._learn(message)

    def _environment(self, connection: socket.socket) -> None:
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._control.close()
            environment_process.run(
                self._options, connection, self._lifeline, self._codes, self._variables, self._changing
            )
        connection.close()

    def _template(self, message: Message, control: socket.socket) -> None:
        imports = self._compile()
        if os.fork() == 0:
            self._control.close()
            self._control = control
            self._run(message["files"], message["without"], imports)
            _settle()
            files = dict(modules_of(self._src))
            left_out = [files[name] for name in self._changing]
            send(control, {"loaded": list(loaded_from(self._src).values()), "left_out": left_out})
            return  # to serve() on the new connection
        control.close()

    def _learn(self, message: Message) -> None:
        for name in message["modules"]:
            with contextlib.suppress(Exception):
                importlib.import_module(name)
        for text in message["texts"]:
            self._codes.of_text(text)
        self._codes.texts.clear()
        with contextlib.suppress(Exception):
            read_functions_once(self._options.root)
        self._compile()
        _settle()

    def _compile(self) -> dict[str, set[str]]:
        """What each module of src imports, by its name; files that can't be read import nothing."""
        modules = dict(modules_of(self._src))
        imports: dict[str, set[str]] = {}
        for name, file in modules.items():
            with contextlib.suppress(SyntaxError, ValueError, OSError):
                imports[name] = imports_of(name, self._codes.of_file(file), modules.keys())
        return imports

    def _run(self, wanted: list[str], without: list[str], imports: dict[str, set[str]]) -> None:
        """Import the `wanted` files but those that depend on the files `without`, the likeliest last."""
        names = {file: name for name, file in modules_of(self._src)}
        changing: set[str] = set()
        for file in reversed(without):
            more = dependents([names[file]], imports) if file in names else set()
            if not changing or len(changing | more) <= CHEAP:
                changing |= more
        self._changing = changing
        listen()  # loggers of src keep the stream that they find
        import_from(self._src, self._codes)
        functions = self._functions()
        front = next(iter(functions.values()), None)
        try:
            for name in (names[file] for file in wanted if file in names):
                if name not in changing:
                    self._variables.become(functions.get(name, front))
                    importlib.import_module(name)
        except (Exception, SystemExit):
            os._exit(0)  # its author is about to mend it; until then all is imported each time
        if not changing.isdisjoint(sys.modules):
            os._exit(0)  # by an import that its code does not show

    def _functions(self) -> dict[str, Function]:
        with contextlib.suppress(BlockError, OSError):
            found = front_first(read_functions_once(self._options.root))
            return {function.module: function for function in found}
        return {}

    def _reap(self) -> None:
        with contextlib.suppress(ChildProcessError, Closed):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                send(self._control, {"ended": ended[0], "code": os.waitstatus_to_exitcode(ended[1])})


def _settle() -> None:
    """What is there now stays: no collector in a child touches its pages."""
    gc.collect()
    gc.freeze()


def main(arguments: list[str]) -> None:
    """Entry point: options as JSON, then the numbers of the control socket and of the lifeline."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the supervisor's to handle
    options = Options.from_json(arguments[0])
    server = ForkServer(options, take_connection(arguments[1]), int(arguments[2]))
    with contextlib.suppress(Closed):
        server.serve()
    os._exit(0)
