"""What AWS has answered of a scope that takes longer than a delivery has: kept for the next ones."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from errors import CollectError
from services.models.kit.scope import Scope

ON_THE_WAY = 20.0  # seconds that are waited for what was asked already
KEEP_EVERY = 60.0  # seconds: what a delivery that dies can lose at the most
# keys of answers that nothing asks for: as large as many an answer, or with secrets in it, which nobody keeps
LEFT_OUT = (
    "ResponseMetadata", "UserData", "ParameterValue", "ResolvedValue", "OutputValue", "HeaderValue",
    "DefaultArguments", "NonOverridableArguments", "CodeGenConfigurationNodes", "SourceControlDetails",
    "LdapServerMetadata", "PendingLdapServerMetadata",
)  # fmt: skip
NAMES_ALONE = "Variables"  # of Lambda's environments: the values are nobody's business
ERROR = "error"
ANSWER = "answer"
AGAIN = "the list was begun again"


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
    keeps some. kept: how many this delivery has kept. begun_again: whether the scope's list was, by this
    delivery or an earlier one.
    """

    known: dict[str, Any]
    keep: Callable[[Mapping[str, Any]], None]
    clock: Callable[[], float] = time.monotonic
    kept: int = 0
    begun_again: bool = field(init=False)
    _fresh: dict[str, Any] = field(default_factory=dict)
    _since: float | None = None
    _asking: int = 0
    _lock: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self.begun_again = AGAIN in self.known

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

    def forget(self, keys: Iterable[str]) -> None:
        """Let answers that are all fresh not be kept."""
        with self._lock:
            if self._fresh.keys() >= {*keys}:
                for key in keys:
                    del self._fresh[key]

    def begin_again(self) -> None:
        """Keep that the scope's list is begun again."""
        self.begun_again = True
        self.add(AGAIN, {ANSWER: True})

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


def key_of(service: str, operation: str, region: str | None, parameters: Mapping[str, Any]) -> str:
    """The name of a question."""
    asked = json.dumps([service, operation, region, parameters], sort_keys=True, default=str)
    return hashlib.blake2b(asked.encode(), digest_size=16).hexdigest()


def answer_of(known: Mapping[str, Any]) -> Any:
    """What was answered. Raises the error that was."""
    if ERROR not in known:
        return known[ANSWER]
    raise _error_of(known[ERROR])


def _error_of(said: Mapping[str, Any]) -> CollectError:
    kinds: list[type[CollectError]] = [CollectError, *CollectError.__subclasses__()]
    kind = next((kind for kind in kinds if kind.__name__ == said["kind"]), CollectError)
    return kind(**{name: value for name, value in said.items() if name != "kind"})


def to_keep(answer: Any) -> Any:
    """The answer without what nobody keeps."""
    if isinstance(answer, Mapping):
        wanted = {key: value for key, value in answer.items() if key not in LEFT_OUT}
        return {key: _names(value) if key == NAMES_ALONE else to_keep(value) for key, value in wanted.items()}
    if isinstance(answer, list):
        return [to_keep(each) for each in answer]
    return answer


def _names(values: Any) -> Any:
    return dict.fromkeys(values, "") if isinstance(values, Mapping) else None
