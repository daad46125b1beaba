"""A bounded map over daemon threads, which ends at once on Ctrl-C."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from contextvars import copy_context
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
_POLL = 0.5  # seconds; a wait without a limit can't be interrupted on Windows


def spread(function: Callable[[T], R], items: Sequence[T], workers: int) -> Iterator[R]:
    """Yield each function(item) as it comes, in the caller's thread and in no order.

    The first exception of the function is raised here. Leaving the loop early starts no further item and
    waits for none: an executor would hold up the end of the program.
    """
    todo: queue.SimpleQueue[T] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[R | None, BaseException | None]] = queue.SimpleQueue()
    stop = threading.Event()
    for item in items:
        todo.put(item)

    def work() -> None:
        while not stop.is_set():
            try:
                item = todo.get_nowait()
            except queue.Empty:
                return
            try:
                done.put((function(item), None))
            except BaseException as error:  # handed to the caller
                done.put((None, error))

    for _ in range(min(workers, len(items))):
        threading.Thread(target=copy_context().run, args=(work,), daemon=True).start()
    try:
        for _ in items:
            yield _next(done)
    finally:
        stop.set()


def _next(done: queue.SimpleQueue[tuple[R | None, BaseException | None]]) -> R:
    while True:
        try:
            result, error = done.get(timeout=_POLL)
        except queue.Empty:
            continue
        if error is not None:
            raise error
        return result  # type: ignore[return-value]  # no error: there is a result
