"""A bounded map over daemon threads, which ends at once on Ctrl-C, and may give up on what hangs."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextvars import copy_context
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")
_POLL = 0.5  # seconds; a wait without a limit can't be interrupted on Windows


def spread(
    function: Callable[[T], R],
    items: Sequence[T],
    workers: int,
    given_up: Callable[[T, float], R | None] = lambda item, seconds: None,
) -> Iterator[R]:
    """Yield each function(item) as it comes, in the caller's thread and in no order.

    The first exception of the function is raised here. Leaving the loop early starts no further item and
    waits for none: an executor would hold up the end of the program.

    given_up: asked now and then of each item that has begun, with the seconds since then; what it answers is
    yielded in the place of a result, and another thread takes the next item. The thread that hangs is left
    alone, and what it may bring after all is dropped.
    """
    return _Spread(function, items, given_up).results(workers)


class _Spread(Generic[T, R]):
    def __init__(
        self, function: Callable[[T], R], items: Sequence[T], given_up: Callable[[T, float], R | None]
    ) -> None:
        self._function, self._items, self._given_up = function, items, given_up
        self._todo: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[R | None, BaseException | None]] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._begun: dict[int, float] = {}  # who takes a number out of it answers for that item
        self._looked = time.monotonic()
        for number in range(len(items)):
            self._todo.put(number)

    def results(self, workers: int) -> Iterator[R]:
        for _ in range(min(workers, len(self._items))):
            self._start()
        try:
            for _ in self._items:
                yield self._next()
        finally:
            self._stop.set()

    def _start(self) -> None:
        threading.Thread(target=copy_context().run, args=(self._work,), daemon=True).start()

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                number = self._todo.get_nowait()
            except queue.Empty:
                return
            self._begun[number] = time.monotonic()
            try:
                outcome: tuple[R | None, BaseException | None] = self._function(self._items[number]), None
            except BaseException as error:  # handed to the caller
                outcome = None, error
            if self._begun.pop(number, None) is None:
                return
            self._done.put(outcome)

    def _next(self) -> R:
        while True:
            self._look()
            try:
                result, error = self._done.get(timeout=_POLL)
            except queue.Empty:
                continue
            if error is not None:
                raise error
            return result  # type: ignore[return-value]  # no error: there is a result

    def _look(self) -> None:
        """Give up on what hangs, and let another thread go on with the others."""
        now = time.monotonic()
        if now - self._looked < _POLL:
            return
        self._looked = now
        for number, at in [*self._begun.items()]:
            answer = self._given_up(self._items[number], now - at)
            if answer is not None and self._begun.pop(number, None) is not None:
                self._done.put((answer, None))
                self._start()
