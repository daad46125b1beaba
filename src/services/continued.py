"""Continued: what AWS has answered of a scope that takes longer than a delivery has; the next goes on there.

The steps of a collection are run again from the start; what was answered before is not asked again. The list
of the scope itself is: it is short, and tells what has appeared and vanished meanwhile.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from errors import CollectError, Unavailable
from services.models.base import Call, Source
from services.models.scope import Scope
from services.models.values import Item

GRACE = 30.0  # seconds that a list which has begun may take longer
ON_THE_WAY = 20.0  # seconds that are waited for what was asked already
KEEP_EVERY = 60.0  # seconds: what a delivery that dies can lose at the most
# keys of answers that nothing asks for: as large as many an answer, or with secrets in it, which nobody keeps
LEFT_OUT = ("ResponseMetadata", "UserData")
ERROR = "error"
ANSWER = "answer"


class OutOfTime(Exception):
    """What time is left is needed to keep what was answered."""


class AnswerStore(Protocol):
    """Answers by scope and generation. What several deliveries add to one is read as one."""

    def read(self, scope: Scope, generation: int) -> dict[str, Any]: ...

    def add(self, scope: Scope, generation: int, answers: Mapping[str, Any]) -> None: ...


class KeepsNothing:
    """For who has as much time as it takes."""

    def read(self, scope: Scope, generation: int) -> dict[str, Any]:
        return {}

    def add(self, scope: Scope, generation: int, answers: Mapping[str, Any]) -> None: ...


@dataclass
class Answers:
    """The answers of one scope in one delivery. May be used by many threads.

    known: kept by earlier deliveries; each is given once, for who asks again wants to hear what is new. keep:
    keeps some. kept: how many this delivery has kept.
    """

    known: dict[str, Any]
    keep: Callable[[Mapping[str, Any]], None]
    clock: Callable[[], float] = time.monotonic
    kept: int = 0
    _fresh: dict[str, Any] = field(default_factory=dict)
    _since: float | None = None
    _asking: int = 0
    _lock: threading.Condition = field(default_factory=threading.Condition)

    def take(self, key: str) -> Any | None:
        return self.known.pop(key, None)

    def add(self, key: str, answer: Any) -> None:
        """Remember an answer; now and then, keep all that is new."""
        with self._lock:
            self._fresh[key] = answer
            now = self.clock()
            self._since = now if self._since is None else self._since
            if now - self._since >= KEEP_EVERY:
                self._keep(now)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Around a question that is under way."""
        with self._lock:
            self._asking += 1
        try:
            yield
        finally:
            with self._lock:
                self._asking -= 1
                self._lock.notify_all()

    def flush(self) -> int:
        """Keep what is new, and what is under way; answer how many this delivery has kept in all."""
        with self._lock:
            self._lock.wait_for(lambda: not self._asking, ON_THE_WAY)
            self._keep(self.clock())
            return self.kept

    def _keep(self, now: float) -> None:
        if self._fresh:
            self.keep(self._fresh)
        self.kept, self._fresh, self._since = self.kept + len(self._fresh), {}, now


@dataclass(frozen=True)
class Continued:
    """A Source that asks only what was not answered yet.

    listing: the scope's own list. left: tells the seconds in which may still be asked.
    """

    source: Source
    listing: Call
    answers: Answers
    left: Callable[[], float]

    @property
    def region(self) -> str:
        return self.source.region

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        """Raises OutOfTime before a page that there is no time for."""
        if call == self.listing and region is None:
            yield from self._in_time(call, region)
            return
        key = key_of(call.service, call.operation, region, {"": "pages", **call.parameters})
        known = self.answers.take(key)
        if known is None:
            known = self._asked(key, lambda: [dict(page) for page in self._in_time(call, region)])
        yield from _answer_of(known) or ()

    def call(
        self,
        service: str,
        operation: str,
        *,
        absent: Sequence[str] = (),
        region: str | None = None,
        **parameters: Any,
    ) -> Item | None:
        """The answer, or the error, of now or before. Raises OutOfTime for what there is no time to ask."""
        key = key_of(service, operation, region, parameters)
        known = self.answers.take(key)
        if known is None:
            self._check()
            where = {"region": region} if region else {}
            known = self._asked(
                key, lambda: self.source.call(service, operation, absent=absent, **where, **parameters)
            )
        answer: Item | None = _answer_of(known)
        return answer

    def _asked(self, key: str, ask: Callable[[], Any]) -> dict[str, Any]:
        with self.answers.asking():
            try:
                known = {ANSWER: _to_keep(ask())}
            except Unavailable:
                raise
            except CollectError as error:
                known = {ERROR: {"kind": type(error).__name__, **vars(error)}}
            self.answers.add(key, known)
        return known

    def _in_time(self, call: Call, region: str | None) -> Iterator[Item]:
        self._check()
        for page in self.source.pages(call, region) if region else self.source.pages(call):
            yield page
            self._check(GRACE)

    def _check(self, grace: float = 0.0) -> None:
        if self.left() + grace < 0:
            raise OutOfTime


def key_of(service: str, operation: str, region: str | None, parameters: Mapping[str, Any]) -> str:
    """The name of a question."""
    asked = json.dumps([service, operation, region, parameters], sort_keys=True, default=str)
    return hashlib.blake2b(asked.encode(), digest_size=16).hexdigest()


def _answer_of(known: Mapping[str, Any]) -> Any:
    if ERROR not in known:
        return known[ANSWER]
    raise _error_of(known[ERROR])


def _error_of(said: Mapping[str, Any]) -> CollectError:
    kinds: list[type[CollectError]] = [CollectError, *CollectError.__subclasses__()]
    kind = next((kind for kind in kinds if kind.__name__ == said["kind"]), CollectError)
    return kind(**{name: value for name, value in said.items() if name != "kind"})


def _to_keep(answer: Any) -> Any:
    if isinstance(answer, Mapping):
        return {key: _to_keep(value) for key, value in answer.items() if key not in LEFT_OUT}
    if isinstance(answer, list):
        return [_to_keep(each) for each in answer]
    return answer
