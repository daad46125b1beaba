"""Start the dev server: what `inv run` calls."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from devserver.debug import session as debug_session
from devserver.http.livereload import LiveReload
from devserver.options import OptionError, Options
from devserver.port import open_listener
from devserver.processes.events import Changed, Stop
from devserver.processes.launchers import launcher_for
from devserver.processes.supervisor import Supervisor
from devserver.record.folder import keeping
from devserver.reload.environment import data_label, function_environment
from devserver.reload.last_good import LastGood

__all__ = ["Options", "serve"]


def serve(options: Options, demo_file: Callable[[], Path] | None = None) -> int:
    """Serve until interrupted; returns the exit code: 0, or 1 after one line on what is wrong.

    demo_file: answers the demo estate's data file, where it is not the committed one.
    """
    try:
        options.check()
        debug_session.check(options)
        listener = open_listener(options.host, options.port)
    except OptionError as error:
        print(error, file=sys.stderr)
        return 1
    if not _is_loopback(listener):
        print(f"Warning: --host {options.host} lets other machines reach Polo, which has no sign-in.")
    with listener, _livereload_listener(options) as second, keeping() as kept:
        good = LastGood(options.root, kept / "good")
        with _interrupt_ignored():
            session = debug_session.start(options) if options.debugpy else contextlib.nullcontext()
        with session:
            _run(
                replace(options, port=listener.getsockname()[1]),
                listener,
                LiveReload(second),
                good,
                demo_file,
            )
    return 0


def _run(
    options: Options,
    listener: socket.socket,
    browser: LiveReload,
    good: LastGood,
    demo_file: Callable[[], Path] | None,
) -> None:
    def environ() -> dict[str, str]:
        return function_environment(options.root, os.environ, options.demo, demo_file=demo_file)

    def greet() -> None:
        _greet(options, listener, data_label(environ(), options.root))

    with _interrupt_ignored():
        supervisor = Supervisor(options, launcher_for(options), environ, browser, greet, good)
    # what takes time to import, while the first environment is made
    from devserver.http.answers import answerer
    from devserver.http.server import Server
    from devserver.http.styles import Styles
    from devserver.http.web import create_app, responder
    from devserver.reload.watcher import Watcher

    watcher = Watcher(options.root, lambda paths: supervisor.events.put(Changed(paths)))
    server = Server(listener, responder(answerer(supervisor.pool, options), browser.port), create_app())
    styles = Styles(options)
    with _signals_as(lambda: supervisor.events.put(Stop())):
        for part in (watcher, server, browser, styles):
            part.start()
        supervisor.run()
        styles.stop()
        watcher.stop()
        server.stop()


def _greet(options: Options, listener: socket.socket, data: str) -> None:
    """Print the one line that says where Polo is and what it shows."""
    host = "localhost" if _is_loopback(listener) or options.host in ("0.0.0.0", "::") else options.host  # noqa: S104
    path = f"/{options.stage}/" if options.stage else ""
    print(f"Polo  http://{host}:{options.port}{path}  ({data})", flush=True)


def _livereload_listener(options: Options) -> socket.socket:
    try:
        return open_listener(options.host, options.livereload_port)
    except OptionError:
        return open_listener(options.host, 0)


def _is_loopback(listener: socket.socket) -> bool:
    address = str(listener.getsockname()[0])
    return address.startswith("127.") or address == "::1"


@contextlib.contextmanager
def _signals_as(act: Callable[[], None]) -> Iterator[None]:
    kinds = (signal.SIGINT, signal.SIGTERM)
    before = {kind: signal.signal(kind, lambda *_: act()) for kind in kinds}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)


@contextlib.contextmanager
def _interrupt_ignored() -> Iterator[None]:
    """A process started meanwhile ignores Ctrl-C from its first instant."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
