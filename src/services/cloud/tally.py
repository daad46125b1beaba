"""How many calls one attempt at a scope takes, and how many of them AWS refuses as too many."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[Tally | None] = ContextVar("tally", default=None)


class Tally:
    """calls: requests sent, retries among them. throttles: those that were answered with "too many".

    heard: when the last answer came, or the work began; in seconds of time.monotonic.

    Many threads may count at once: a collector asks for details side by side.
    """

    def __init__(self) -> None:
        self.calls = 0
        self.throttles = 0
        self.heard = time.monotonic()
        self._lock = threading.Lock()

    def add(self, calls: int = 0, throttles: int = 0, *, heard: bool = False) -> None:
        with self._lock:
            self.heard = time.monotonic() if heard else self.heard
            self.calls += calls
            self.throttles += throttles


@contextmanager
def counting() -> Iterator[Tally]:
    """Count what is asked within the block, also by threads that `parallel.spread` starts there."""
    tally = Tally()
    before = _current.set(tally)
    try:
        yield tally
    finally:
        _current.reset(before)


def count(calls: int = 0, throttles: int = 0, *, heard: bool = False) -> None:
    """Tell whoever is counting, if anybody is."""
    tally = _current.get()
    if tally is not None:
        tally.add(calls, throttles, heard=heard)
