"""What a function prints and logs, kept apart for each invocation while it still reaches the console."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator
from typing import Any, TextIO

LOG_LIMIT = 100_000  # characters of one invocation
_lock = threading.Lock()
_own = threading.local()
_running: list[Log] = []


class Log:
    """The text of one invocation."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._room = LOG_LIMIT
        self._lost = 0

    def add(self, text: str) -> None:
        kept = text[: self._room]
        self._parts.append(kept)
        self._room -= len(kept)
        self._lost += len(text) - len(kept)

    @property
    def lines(self) -> tuple[str, ...]:
        note = (f"… {self._lost} more characters",) if self._lost else ()
        return (*"".join(self._parts).splitlines(), *note)


class Tee:
    """A text stream that goes on to its console, and into the log of the invocation that writes.

    A thread that a handler has started belongs to the invocation that runs, if only one does.
    """

    def __init__(self, console: TextIO) -> None:
        self._console = console

    def write(self, text: str) -> int:
        log = getattr(_own, "log", None) or (_running[0] if len(_running) == 1 else None)
        if log is not None:
            log.add(text)
        return self._console.write(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:  # flush, isatty, fileno, encoding: the console's, for pdb
        return getattr(self._console, name)


def listen() -> None:
    """Listen to stdout and stderr. Call it before src is imported: loggers keep the stream they find."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if not isinstance(stream, Tee):
            setattr(sys, name, Tee(stream))


@contextlib.contextmanager
def log_of_invocation() -> Iterator[Log]:
    """The log of what is written within, by this thread and by those that it starts."""
    log = Log()
    with _lock:
        _running.append(log)
    _own.log = log
    try:
        yield log
    finally:
        _own.log = None
        give_up(log)


def give_up(log: Log) -> None:
    """The invocation is over, even if its handler still hangs."""
    with _lock:
        if log in _running:
            _running.remove(log)
