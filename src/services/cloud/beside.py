"""Calls beside: what may hang runs in a thread of its own, and is given up on when its time is over.

botocore's timeouts are those of a single piece (a connection, some bytes of an answer), and the look-up of a
name has none: https://docs.python.org/3/library/socket.html#socket.socket.settimeout. So the whole of a call
has its end here, whatever the peer does.
"""

from __future__ import annotations

import ctypes
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from typing import Any, Generic, TypeVar

T = TypeVar("T")
AGAIN = 1.0  # seconds
MOST = 32  # calls at once, with those that were given up on and have not ended yet


class TimeOver(Exception):
    """The call has not ended in time; or too many of those before it still have not."""


class _GivenUp(BaseException):
    """Raised in the thread of a call that nobody waits for any more."""


class Beside:
    """Runs calls beside their callers, at most MOST of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: list[_Running[Any]] = []

    def run(self, call: Callable[[], T], seconds: float) -> T:
        """What the call answers or raises. Raises TimeOver.

        A call that was given up on ends with its next byte, at the latest when botocore's timeout of a piece
        or the resolver's is over; until then it counts.
        """
        running = _Running(call)
        with self._lock:
            if self._count() >= MOST:
                raise TimeOver
            running.thread.start()
            self._running.append(running)
        return running.result(seconds)

    def at_work(self) -> int:
        """How many calls have not ended."""
        with self._lock:
            return self._count()

    def _count(self) -> int:
        self._running = [each for each in self._running if each.thread.is_alive()]
        for each in self._running:
            each.remind()
        return len(self._running)


class _Running(Generic[T]):
    def __init__(self, call: Callable[[], T]) -> None:
        self._call = call
        self._answers: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._over = False
        self._given_up = 0.0  # when, by time.monotonic()
        self.thread = threading.Thread(target=copy_context().run, args=(self._work,), daemon=True)

    def _work(self) -> None:
        with suppress(_GivenUp):
            self._answers.put(self._outcome())
            with self._lock:
                self._over = True

    def _outcome(self) -> tuple[T | None, BaseException | None]:
        try:
            return self._call(), None
        except BaseException as error:  # handed to the caller
            return None, error

    def result(self, seconds: float) -> T:
        try:
            found, error = self._answers.get(timeout=max(0.0, seconds))
        except queue.Empty:
            self._give_up()
            raise TimeOver from None
        except BaseException:  # Ctrl-C
            self._give_up()
            raise
        if error is not None:
            raise error
        return found  # type: ignore[return-value]  # no error: there is an answer

    def remind(self) -> None:
        """Python drops what is raised while it cleans up an object: then it is raised again."""
        if self._given_up and time.monotonic() - self._given_up > AGAIN:
            self._give_up()

    def _give_up(self) -> None:
        """Python raises it there with the next instruction: between two pieces, not within a system call."""
        with self._lock:
            if not self._over and self.thread.ident:
                self._given_up = time.monotonic()
                given_up = ctypes.py_object(_GivenUp)
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.thread.ident), given_up)


beside = Beside()
