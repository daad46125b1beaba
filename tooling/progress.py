"""How far a long task is: in place on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

Step = Callable[[str, int], None]  # what is being done, and how many of all are done

_EVERY = {True: 0.2, False: 5.0}  # seconds between two lines: on a terminal, elsewhere


class Progress:
    """Called with each step; says how many of `total` are done, on standard error unless told otherwise."""

    def __init__(
        self, total: int, out: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._total, self._out, self._clock = total, out or sys.stderr, clock
        self._terminal = self._out.isatty()
        self._last = clock()
        self._shown = False

    def __call__(self, what: str, done: int) -> None:
        now = self._clock()
        if now - self._last < _EVERY[self._terminal]:
            return
        self._last = now
        line = f"{what}: {min(done, self._total):,} of {self._total:,}"
        self._write(f"\r\033[K{line}" if self._terminal else f"{line}\n")
        self._shown = True

    def end(self) -> None:
        """Take the line away again."""
        if self._shown and self._terminal:
            self._write("\r\033[K")

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()


def silent(what: str, done: int) -> None:
    """No progress is shown."""
