"""Deadline: how long all reads of a request may take together; where there is none, AWS is asked for long."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

from errors import NotReady
from services.cloud.beside import TimeOver, beside

T = TypeVar("T")
# seconds: 8 and 2 are promised, of which the answer itself has the rest; API Gateway gives up after 29
PAGE, BUILD, HEALTH = 7.5, 20.0, 1.8
FOREVER = float("inf")
SPARE = 1.0  # seconds that a call may take beside asking: a client is made at the first
PAUSE = 1.0  # seconds that botocore's standard mode waits before a second try, at the most


@dataclass(frozen=True)
class Timeouts:
    """Of one call to AWS: seconds to connect, and between two pieces of an answer; how often it is tried."""

    connect: float
    read: float
    attempts: int

    @property
    def longest(self) -> float:
        """Seconds until a call that is never answered has failed."""
        return self.attempts * (self.connect + self.read) + (self.attempts - 1) * PAUSE


# a client for each, so few
CALLS = (Timeouts(1.0, 2.0, 2), Timeouts(1.0, 2.0, 1), Timeouts(0.4, 0.5, 1))


@dataclass(frozen=True)
class _Ends:
    reads: float
    builds: float


_ends: ContextVar[_Ends | None] = ContextVar("ends", default=None)


class NoAnswer(NotReady):
    title = "The data can't be read just now"
    retry_after = 5

    def __init__(self) -> None:
        super().__init__("AWS does not answer in time", "wait: the page asks again by itself")


def clock() -> float:
    """Seconds, to measure with."""
    return time.monotonic()


@contextmanager
def within(reads: float, builds: float = 0.0) -> Iterator[None]:
    """All that is read in this block has so many seconds together; what `building` reads has `builds`."""
    token = _ends.set(_Ends(clock() + reads, clock() + max(reads, builds)))
    try:
        yield
    finally:
        _ends.reset(token)


@contextmanager
def sharing(part: float) -> Iterator[None]:
    """What is read in this block has no more than this part of the time that is left."""
    ends = _ends.get()
    now = clock()
    token = _ends.set(ends and _Ends(now + (ends.reads - now) * part, now + (ends.builds - now) * part))
    try:
        yield
    finally:
        _ends.reset(token)


@contextmanager
def building() -> Iterator[None]:
    """What is read in this block is kept whatever comes, so that a request may take longer for it."""
    ends = _ends.get()
    token = _ends.set(ends and _Ends(ends.builds, ends.builds))
    try:
        yield
    finally:
        _ends.reset(token)


def left() -> float:
    """Seconds until the end; FOREVER where there is none."""
    ends = _ends.get()
    return FOREVER if ends is None else ends.reads - clock()


def timeouts() -> Timeouts | None:
    """Those of the next call, so that it has ended by then; None where there is no end. Raises NoAnswer."""
    rest = left()
    if rest == FOREVER:
        return None
    found = next((each for each in CALLS if each.longest <= rest), None)
    if found is None:
        raise NoAnswer
    return found


def in_time(call: Callable[[], T]) -> T:
    """What a call to AWS answers or raises; it has ended when the time is over, whatever AWS does.

    Raises NoAnswer.
    """
    allowed = timeouts()
    if allowed is None:
        return call()
    try:
        return beside.run(call, min(left(), allowed.longest + SPARE))
    except TimeOver:
        raise NoAnswer from None
