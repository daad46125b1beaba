"""The process that never stops: owns the port, runs one worker, replaces it when the code changes."""

from __future__ import annotations

import contextlib
import queue
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator

from devserver.changes import Action, action_for_all
from devserver.events import Changed, Ended, Events, Said, Stop, Worker
from devserver.livereload_server import LiveReload
from devserver.options import Options
from devserver.watcher import Watcher

END_SECONDS = 2.0


class Supervisor:
    """Keeps one good worker serving; a new one takes over once it is ready."""

    def __init__(
        self,
        options: Options,
        listener: socket.socket,
        livereload: LiveReload,
        announce: Callable[[str], None] = print,
    ) -> None:
        self._options = options
        self._listener = listener
        self._livereload = livereload
        self._announce = announce
        self._events: Events = queue.SimpleQueue()
        self._serving: Worker | None = None
        self._starting: Worker | None = None
        self._leaving: set[Worker] = set()
        self._retry_at: float | None = None
        self._greeted = False

    def run(self) -> None:
        """Serve until SIGINT or SIGTERM; no process of ours is left then."""
        watcher = Watcher(self._options.root / "src", lambda paths: self._events.put(Changed(paths)))
        with _signals_as(lambda: self._events.put(Stop())):
            self._start()
            watcher.start()
            self._livereload.start()
            while self._step():
                pass
            watcher.stop()
            for worker in {self._serving, self._starting, *self._leaving} - {None}:
                if worker is not None:
                    worker.end(END_SECONDS)

    def _step(self) -> bool:
        try:
            event = self._events.get(timeout=self._patience())
        except queue.Empty:
            if self._retry_at is not None and time.monotonic() >= self._retry_at:
                self._start()
            return True
        match event:
            case Changed(paths):
                self._changed(action_for_all(paths, self._options.root / "src"))
            case Said(worker, state, details):
                self._heard(worker, state, details)
            case Ended(worker, code):
                self._ended(worker, code)
            case Stop():
                return False
        return True

    def _patience(self) -> float:
        return 1.0 if self._retry_at is None else min(1.0, max(0.0, self._retry_at - time.monotonic()))

    def _start(self) -> None:
        self._retry_at = None
        if self._starting is not None:  # of code that is out of date again
            self._leaving.add(self._starting)
            self._starting.kill()
        arguments = (self._options.to_json(), str(self._livereload.port))
        with _interrupt_ignored():
            self._starting = Worker(arguments, self._listener, self._options.root, self._events)

    def _changed(self, action: Action) -> None:
        if action is Action.RESTART:
            self._start()
        elif action is Action.STYLES:
            self._livereload.refresh_styles()

    def _heard(self, worker: Worker, state: str, details: dict[str, str]) -> None:
        if state == "drained":
            self._livereload.reload()
        elif worker is self._starting:
            if state != "ready":
                _complain(details["error"])
            if state == "ready" or (state == "broken" and self._serving is None):
                self._swap(worker, details["data"])
            else:
                serving = "The code before this change goes on serving."
                _complain(serving if self._serving else "Waiting for a save that mends it.")
                self._leaving.add(worker)
                self._starting = None
                worker.kill()

    def _swap(self, worker: Worker, data: str) -> None:
        worker.tell("serve")
        old, self._serving, self._starting = self._serving, worker, None
        if old is not None:
            self._leaving.add(old)
            old.tell("drain")
        elif self._greeted:
            self._livereload.reload()
        if not self._greeted:
            self._greeted = True
            self._announce(data)

    def _ended(self, worker: Worker, code: int) -> None:
        if worker in self._leaving:
            self._leaving.remove(worker)
            return
        if worker is self._starting:
            self._starting = None
        else:
            self._serving = None
        if self._serving is None and self._starting is None:
            self._retry_at = time.monotonic() + self._options.backoff
            _complain(
                f"The worker ended (exit code {code}). Next try in {self._options.backoff:g} s, or on a save."
            )


def _complain(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


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
